import { type Content, mediaKinds } from '../../domain/content.ts'
import type { ChannelName } from './settings.ts'

/** What can go wrong with what a person writes, beside the faults of webhooks. By script only. */
export type InboundFault =
  /** It waits until somebody writes to another account of the app, and comes in one POST with that. */
  | 'mixed-batch'
  /** A text comes 500 times, numbered and filled up, in one POST of more than a megabyte. */
  | 'large-body'
  /** It comes with a time of three days ago, and twice again in POSTs of their own. */
  | 'late-replay'
  /** WhatsApp: the person is named by their business-scoped id, without a number, or by both. */
  | 'bsuid-only'
  | 'bsuid-and-number'
  /** Telegram: a picture comes as an album of two, an update for each. */
  | 'album-split'
  /** Telegram: it waits for the tap of a button, and comes after it. */
  | 'overtaken-by-tap'
  /** Telegram: the file counts as one of 31 MB, which no bot may fetch. */
  | 'file-above-limit'

interface Reach {
  readonly channels: readonly ChannelName[]
  readonly kinds?: readonly Content['type'][]
  readonly not?: Content['type']
}

const meta = ['whatsapp', 'messenger', 'instagram'] as const

/** Where each can happen, and to what. */
export const inboundFaults: { readonly [fault in InboundFault]: Reach } = {
  'mixed-batch': { channels: meta },
  'large-body': { channels: meta, kinds: ['text'] },
  'late-replay': { channels: meta },
  'bsuid-only': { channels: ['whatsapp'] },
  'bsuid-and-number': { channels: ['whatsapp'] },
  'album-split': { channels: ['telegram'], kinds: ['image'] },
  'overtaken-by-tap': { channels: ['telegram'], not: 'choice' },
  'file-above-limit': { channels: ['telegram'], kinds: mediaKinds },
}
