import type { ContentKind, MediaKind } from './content.ts'
import type { TextUnit } from './split-text.ts'
import type { EntityType } from './text-entity.ts'

/** A length, in the unit in which the channel counts it. */
export interface Limit {
  readonly max: number
  readonly unit: TextUnit
}

/**
 * What a channel can do, as data. Figures come from configuration where the platform may change them. What stands
 * with a question mark a channel may leave out: then it has none of it.
 */
export interface Capabilities {
  /** Kinds that `send` takes as they are; what becomes of any other, domain/showing tells. */
  readonly kinds: readonly ContentKind[]
  readonly text: Limit
  readonly caption: Limit | null
  /** Media that can have a caption, of a channel whose `caption` is not null; all where absent. */
  readonly captioned?: readonly MediaKind[]
  /** Formatting that the channel takes as ranges of the text. */
  readonly entities?: readonly EntityType[]
  /** Formatting that the channel reads out of the text: what stands before and behind a formatted run. */
  readonly markup?: Partial<Readonly<Record<EntityType, string>>>
  /** By kind; a kind without an entry has no limit that we know. */
  readonly media?: Partial<Readonly<Record<MediaKind, MediaLimit>>>
  readonly buttons?: ButtonLimits
  readonly list?: ListLimits
  readonly contacts?: ContactLimits
  /** Emoji that a reaction may be; any where absent. */
  readonly reactions?: readonly string[]
  /** Kinds that the platform takes only about a message of the person: read and typing on WhatsApp. */
  readonly needsTarget?: readonly ContentKind[]
  /** The other end shows who wrote a message in a group; elsewhere the name stands in the message. */
  readonly showsWriter?: true
  /** Receipts that the platform can report, so that a caller does not wait for what never comes. */
  readonly receipts: readonly ('sent' | 'delivered' | 'read' | 'failed')[]
  /** It reports also by watermark: of all that was sent to a person up to an instant. */
  readonly watermarks?: true
  /** Milliseconds after the person's last message in which free-form text may be sent; null where there is no window. */
  readonly windowMs: number | null
  /** The same for what a person answers, where that is longer. */
  readonly agentWindowMs?: number
  /** How an outcome `unknown` can be settled afterwards; null where the platform tells nothing. */
  readonly settlement: 'callback-data' | 'echo' | null
  /** The platform's own pace, as documented. */
  readonly rates?: Rates
}

export interface MediaLimit {
  /** Of a file that we upload. */
  readonly maxBytes: number
  /** Of a file that the platform fetches by link, where that differs. */
  readonly maxLinkBytes?: number
  /** Media types, or their beginnings (`image/`); any where absent. */
  readonly types?: readonly string[]
}

export interface ButtonLimits {
  readonly most: number
  readonly title: Limit
  readonly id: Limit
  /** The text above them. */
  readonly text: Limit
  readonly header?: Limit
  readonly footer?: Limit
  /** Where one of them is a link, other figures hold; absent where none may be one. */
  readonly withUrls?: { readonly most: number; readonly text: Limit }
}

export interface ListLimits {
  readonly rows: number
  readonly sections: number
  readonly button: Limit
  readonly sectionTitle: Limit
  readonly title: Limit
  readonly description: Limit
  readonly id: Limit
  readonly text: Limit
  readonly header?: Limit
  readonly footer?: Limit
}

export interface ContactLimits {
  /** In one message. */
  readonly most: number
  /** A contact without a phone number cannot be shown. */
  readonly needsPhone?: boolean
}

/** Messages in a time; absent where the platform documents none. */
export interface Rates {
  readonly account?: Rate
  readonly conversation?: Rate
  readonly group?: Rate
}

export interface Rate {
  readonly messages: number
  readonly perMs: number
}
