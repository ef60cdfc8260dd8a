import type { TextEntity } from './text-entity.ts'

/**
 * Canonical content: what a message says, whatever the channel. The JSON of the API, the Avro
 * records <Kind>Content and the connectors' input are all this shape.
 *
 * A reply is no kind of its own: any message may answer another (`replyTo` of the envelope). Reactions, edits, deletions
 * and read marks are about the message that `replyTo` names.
 */
export type Content =
  | TextContent
  | MediaContent
  | LocationContent
  | ContactsContent
  | TemplateContent
  | ButtonsContent
  | ListContent
  | ChoiceContent
  | ReactionContent
  | EditContent
  | MarkContent
  | UnsupportedContent

export type ContentKind = Content['type']

/** Whether this program can read content of a kind; a newer one may write others. */
export const isContentKind = (kind: string): kind is ContentKind => Object.hasOwn(knownKinds, kind)

const knownKinds: Readonly<Record<ContentKind, true>> = {
  text: true,
  image: true,
  document: true,
  audio: true,
  video: true,
  sticker: true,
  location: true,
  contacts: true,
  template: true,
  buttons: true,
  list: true,
  choice: true,
  reaction: true,
  edit: true,
  delete: true,
  typing: true,
  read: true,
  unsupported: true,
}

/** What clients may send; the others come from people and platforms. */
export const clientKinds: readonly string[] = Object.keys(knownKinds).filter(
  (kind) => kind !== 'choice' && kind !== 'unsupported',
)

export interface TextContent {
  readonly type: 'text'
  readonly text: string
  /** Formatting, as ranges of the text: never as markup inside it. */
  readonly entities?: readonly TextEntity[]
}

export const mediaKinds = ['image', 'document', 'audio', 'video', 'sticker'] as const
export type MediaKind = (typeof mediaKinds)[number]

export const isMediaKind = (kind: string): kind is MediaKind =>
  (mediaKinds as readonly string[]).includes(kind)

/** Exactly one of `url`, `blobId` and `mediaId` is given; none where inbound media could not be fetched. */
export interface MediaContent {
  readonly type: MediaKind
  readonly url?: string
  readonly blobId?: string
  /** Inbound: the platform's own id, by which its media is fetched. */
  readonly mediaId?: string
  readonly mimeType?: string
  readonly filename?: string
  readonly caption?: string
  /** Formatting of the caption. */
  readonly entities?: readonly TextEntity[]
  readonly sizeBytes?: number
  /** Lowercase hex. */
  readonly sha256?: string
  /** audio: it was spoken into the phone, and is shown as a voice message. */
  readonly voice?: boolean
  /** Inbound: why the bytes are not with us, in a sentence. */
  readonly unavailable?: string
}

export interface LocationContent {
  readonly type: 'location'
  /** Degrees, WGS 84. */
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
}

export interface ContactsContent {
  readonly type: 'contacts'
  readonly contacts: readonly ContactCard[]
}

export interface ContactCard {
  /** As it is shown. */
  readonly name: string
  readonly firstName?: string
  readonly lastName?: string
  readonly organization?: string
  readonly phones?: readonly ContactPoint[]
  readonly emails?: readonly ContactPoint[]
  readonly urls?: readonly string[]
}

/** A phone number or an e-mail address. */
export interface ContactPoint {
  readonly value: string
  /** `home`, `work` or the person's own word. */
  readonly label?: string
}

/** A text that the platform has approved beforehand, by its name there. */
export interface TemplateContent {
  readonly type: 'template'
  readonly name: string
  /** As the platform spells it, such as `pt_BR`. */
  readonly language: string
  readonly parameters?: readonly TemplateParameter[]
  /** What the template says when filled in: shown where a channel has no templates. */
  readonly text?: string
}

export interface TemplateParameter {
  readonly part: 'header' | 'body' | 'button'
  /** `payload`: what a tap on a quick reply button hands back. `image`, `video`, `document`: `value` is a link. */
  readonly kind: 'text' | 'payload' | 'image' | 'video' | 'document'
  readonly value: string
  /** Where the template names its parameters. */
  readonly name?: string
  /** button: which one, from 0. */
  readonly index?: number
}

export interface ButtonsContent {
  readonly type: 'buttons'
  readonly text: string
  readonly header?: string
  readonly footer?: string
  readonly buttons: readonly Button[]
}

/** Exactly one of `id`, which a tap hands back as a choice, and `url`, which it opens. */
export interface Button {
  readonly title: string
  readonly id?: string
  readonly url?: string
}

export interface ListContent {
  readonly type: 'list'
  readonly text: string
  readonly header?: string
  readonly footer?: string
  /** What opens the list. */
  readonly button: string
  readonly sections: readonly ListSection[]
}

export interface ListSection {
  readonly title?: string
  readonly rows: readonly ListRow[]
}

export interface ListRow {
  readonly id: string
  readonly title: string
  readonly description?: string
}

/** Inbound: a tap on a button or a row of ours; `replyTo` names the message it was on. */
export interface ChoiceContent {
  readonly type: 'choice'
  /** What we gave with the button; a template's payload. */
  readonly id: string
  /** The words on it. */
  readonly title: string
}

export interface ReactionContent {
  readonly type: 'reaction'
  /** One emoji; empty takes the reaction back. */
  readonly emoji: string
}

/** The message that `replyTo` names says this now. */
export interface EditContent {
  readonly type: 'edit'
  readonly text: string
  readonly entities?: readonly TextEntity[]
}

export const markKinds = ['delete', 'typing', 'read'] as const
export type MarkKind = (typeof markKinds)[number]

/** delete: the message that `replyTo` names is taken back. read: it was read. typing: somebody is writing. */
export interface MarkContent {
  readonly type: MarkKind
}

/** Inbound only: the person sent what we cannot show yet; the raw item is kept as JSON text. */
export interface UnsupportedContent {
  readonly type: 'unsupported'
  readonly kind: string
  readonly raw: string
}
