import type {
  AvroTypes,
  MediaContent as MediaRecord,
  TextContent as TextRecord,
} from '../schemas/types.ts'
import { contactsRecord } from './contacts-record.ts'
import {
  type Content,
  isMediaKind,
  type MarkKind,
  type MediaContent,
  markKinds,
  type TextContent,
} from './content.ts'
import { menuRecord } from './menu-record.ts'
import { present } from './present.ts'
import { templateRecord } from './template-record.ts'
import { textEntities } from './text-entities.ts'

type ContentType = Extract<keyof AvroTypes, `${string}Content`>

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
  // The codec answers with the record of the type it was asked for, or throws.
  const decode = <Type extends ContentType>(type: Type, bytes: Uint8Array) =>
    codec.decode(type, bytes) as AvroTypes[Type]

  return {
    encode(content) {
      const { type, record } = recordOf(content)
      return codec.encode(type, record)
    },

    nested(content) {
      // Most messages come by here: without a record of their own that says its type.
      if (content.type === 'text') return codec.nested('TextContent', textRecord(content))
      const { type, record } = recordOf(content)
      return codec.nested(type, record)
    },

    decode(kind, bytes) {
      switch (kind) {
        case 'text': {
          const { text, entities } = decode('TextContent', bytes)
          // A literal where nothing is to be added: most messages come by here.
          if (entities === null) return { type: 'text', text }
          return { type: 'text', text, ...textEntities(entities) }
        }
        case 'location':
          return { type: 'location', ...present(decode('LocationContent', bytes)) }
        case 'contacts':
          return contactsRecord.content(decode('ContactsContent', bytes))
        case 'template':
          return templateRecord.content(decode('TemplateContent', bytes))
        case 'buttons':
          return menuRecord.buttons(decode('ButtonsContent', bytes))
        case 'list':
          return menuRecord.list(decode('ListContent', bytes))
        case 'choice':
          return { type: 'choice', ...decode('ChoiceContent', bytes) }
        case 'reaction':
          return { type: 'reaction', ...decode('ReactionContent', bytes) }
        case 'edit': {
          const { text, entities } = decode('EditContent', bytes)
          return { type: 'edit', text, ...textEntities(entities) }
        }
      }
      if (isMediaKind(kind)) {
        const { entities, ...record } = decode('MediaContent', bytes)
        return { type: kind, ...present(record), ...textEntities(entities) }
      }
      if (isMarkKind(kind)) {
        decode('MarkContent', bytes)
        return { type: kind }
      }
      return { type: 'unsupported', ...decode('UnsupportedContent', bytes) }
    },
  }
}

const isMarkKind = (kind: string): kind is MarkKind =>
  (markKinds as readonly string[]).includes(kind)

const recordsOf = ({ entities }: Pick<MediaContent, 'entities'>) =>
  entities?.map(({ type, offset, length, url = null }) => ({ type, offset, length, url })) ?? null

const textRecord = (content: TextContent): TextRecord => ({
  entities: recordsOf(content),
  text: content.text,
})

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
    entities: recordsOf(content),
    voice: content.voice ?? null,
    unavailable: content.unavailable ?? null,
  }
}

function recordOf(content: Content): { readonly type: ContentType; readonly record: object } {
  switch (content.type) {
    case 'text':
      return form('TextContent', textRecord(content))
    case 'location': {
      const { latitude, longitude, name = null, address = null } = content
      return form('LocationContent', { latitude, longitude, name, address })
    }
    case 'contacts':
      return form('ContactsContent', contactsRecord.of(content))
    case 'template':
      return form('TemplateContent', templateRecord.of(content))
    case 'buttons':
      return form('ButtonsContent', menuRecord.ofButtons(content))
    case 'list':
      return form('ListContent', menuRecord.ofList(content))
    case 'choice':
      return form('ChoiceContent', { id: content.id, title: content.title })
    case 'reaction':
      return form('ReactionContent', { emoji: content.emoji })
    case 'edit':
      return form('EditContent', { text: content.text, entities: recordsOf(content) })
    case 'delete':
    case 'typing':
    case 'read':
      return form('MarkContent', { kind: content.type })
    case 'unsupported':
      return form('UnsupportedContent', { kind: content.kind, raw: content.raw })
    default:
      return form('MediaContent', mediaRecord(content))
  }
}

/** A record with its type, held against each other. */
const form = <Type extends ContentType>(type: Type, record: AvroTypes[Type]) => ({ type, record })
