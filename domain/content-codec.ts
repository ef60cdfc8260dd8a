import type {
  LocationContent as LocationRecord,
  MediaContent as MediaRecord,
  TextContent as TextRecord,
  UnsupportedContent as UnsupportedRecord,
} from '../schemas/types.ts'
import {
  type Content,
  type LocationContent,
  type MediaContent,
  type MediaKind,
  mediaKinds,
} from './content.ts'

type ContentType = 'TextContent' | 'MediaContent' | 'LocationContent' | 'UnsupportedContent'

/** What it needs of the codec of records. */
export interface RecordCodec<Nested> {
  encode(type: ContentType, value: unknown): Uint8Array
  nested(type: ContentType, value: unknown): Nested
  decode(type: ContentType, bytes: Uint8Array): unknown
}

/**
 * The content bytes of a message's envelope to and from the canonical shape. In bytes, what is absent
 * is null. A kind that this program does not know is read as UnsupportedContent, which its bytes
 * are not: so it ends as the codec's own error for undecodable bytes.
 */
export function contentCodec<Nested>(codec: RecordCodec<Nested>): {
  encode(content: Content): Uint8Array
  /** For a message that is about to be encoded: the same bytes, which are written in their place in it. */
  nested(content: Content): Nested
  decode(kind: string, bytes: Uint8Array): Content
} {
  return {
    encode(content) {
      const { type, record } = recordOf(content)
      return codec.encode(type, record)
    },

    nested(content) {
      const { type, record } = recordOf(content)
      return codec.nested(type, record)
    },

    // The codec answers with the record of the type it was asked for, or throws.
    decode(kind, bytes) {
      if (kind === 'text') {
        const { text } = codec.decode('TextContent', bytes) as TextRecord
        return { type: 'text', text }
      }
      if (kind === 'location') {
        return locationContent(codec.decode('LocationContent', bytes) as LocationRecord)
      }
      if (isMediaKind(kind)) {
        return mediaContent(kind, codec.decode('MediaContent', bytes) as MediaRecord)
      }
      const record = codec.decode('UnsupportedContent', bytes) as UnsupportedRecord
      return { type: 'unsupported', kind: record.kind, raw: record.raw }
    },
  }
}

const isMediaKind = (kind: string): kind is MediaKind =>
  (mediaKinds as readonly string[]).includes(kind)

function recordOf(content: Content): { readonly type: ContentType; readonly record: object } {
  switch (content.type) {
    case 'text':
      return { type: 'TextContent', record: { text: content.text } satisfies TextRecord }
    case 'location':
      return { type: 'LocationContent', record: locationRecord(content) }
    case 'unsupported': {
      const { kind, raw } = content
      return { type: 'UnsupportedContent', record: { kind, raw } satisfies UnsupportedRecord }
    }
    default:
      return { type: 'MediaContent', record: mediaRecord(content) }
  }
}

function locationRecord(content: LocationContent): LocationRecord {
  return {
    latitude: content.latitude,
    longitude: content.longitude,
    name: content.name ?? null,
    address: content.address ?? null,
  }
}

function locationContent(record: LocationRecord): LocationContent {
  return {
    type: 'location',
    latitude: record.latitude,
    longitude: record.longitude,
    ...(record.name === null ? {} : { name: record.name }),
    ...(record.address === null ? {} : { address: record.address }),
  }
}

function mediaRecord(content: MediaContent): MediaRecord {
  return {
    url: content.url ?? null,
    blobId: content.blobId ?? null,
    mediaId: content.mediaId ?? null,
    mimeType: content.mimeType ?? null,
    filename: content.filename ?? null,
    caption: content.caption ?? null,
    sizeBytes: content.sizeBytes ?? null,
    sha256: content.sha256 ?? null,
  }
}

function mediaContent(type: MediaKind, record: MediaRecord): MediaContent {
  return {
    type,
    ...(record.url === null ? {} : { url: record.url }),
    ...(record.blobId === null ? {} : { blobId: record.blobId }),
    ...(record.mediaId === null ? {} : { mediaId: record.mediaId }),
    ...(record.mimeType === null ? {} : { mimeType: record.mimeType }),
    ...(record.filename === null ? {} : { filename: record.filename }),
    ...(record.caption === null ? {} : { caption: record.caption }),
    ...(record.sizeBytes === null ? {} : { sizeBytes: record.sizeBytes }),
    ...(record.sha256 === null ? {} : { sha256: record.sha256 }),
  }
}
