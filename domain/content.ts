/**
 * Canonical content: what a message says, whatever the channel. The JSON of the API, the Avro
 * records <Kind>Content and the connectors' input are all this shape.
 */
export type Content = TextContent | MediaContent | LocationContent | UnsupportedContent

export interface TextContent {
  readonly type: 'text'
  readonly text: string
}

export const mediaKinds = ['image', 'document', 'audio', 'video', 'sticker'] as const
export type MediaKind = (typeof mediaKinds)[number]

/** Exactly one of `url`, `blobId` and `mediaId` is given. Clients may send `image` and `document`. */
export interface MediaContent {
  readonly type: MediaKind
  readonly url?: string
  readonly blobId?: string
  /** Inbound: the platform's own id, by which its media is fetched. */
  readonly mediaId?: string
  readonly mimeType?: string
  readonly filename?: string
  readonly caption?: string
  readonly sizeBytes?: number
  /** Lowercase hex. */
  readonly sha256?: string
}

export interface LocationContent {
  readonly type: 'location'
  /** Degrees, WGS 84. */
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
}

/** Inbound only: the person sent what we cannot show yet; the raw item is kept as JSON text. */
export interface UnsupportedContent {
  readonly type: 'unsupported'
  readonly kind: string
  readonly raw: string
}
