import { type InboundFault, inboundFaults } from './inbound-faults.ts'
import type { ChannelName } from './settings.ts'

/** What can go wrong with a request. At most one of them happens to each attempt. */
export const requestFaults = [
  /** 429 that says when to come back, and one that does not. */
  'throttle-with-hint',
  'throttle-without-hint',
  /** Too fast for this one person only (WhatsApp 131056; Telegram says the same as for a bot). */
  'throttle-conversation',
  'server-error',
  'token-expired',
  /** Graph: the version in the path is over. Telegram has no versions, and answers with an error of its own. */
  'version-expired',
  /** Telegram: the group has become a supergroup, under another id. Meta has no such thing, and answers with an error of its own. */
  'chat-migrated',
  /** The connection ends before the request is taken: certainly not accepted, and the client cannot know. */
  'reset-before-accept',
  /** Taken, shown on the phone, and never answered. */
  'timeout-after-accept',
  'reset-after-accept',
  /** Taken, and the 200 carries no JSON. */
  'unreadable-answer',
  /** Taken, and answered late. */
  'slow',
] as const

/** By script only, and only where the platform keeps a window. */
export const windowFaults = {
  /** The window has closed on the way: the request is treated as one outside of it. */
  'window-closes': { channels: ['whatsapp', 'messenger', 'instagram'] },
} as const

export type RequestFault = (typeof requestFaults)[number] | keyof typeof windowFaults

/** What can go wrong with what the platform tells afterwards. Several may happen to one message. */
export const webhookFaults = [
  'duplicate-webhook',
  /** The first receipt of a message, or a person's answer, comes later than its turn. */
  'reordered-webhooks',
  /** The event comes first in a POST with a forged signature, then in a good one. */
  'bad-signature',
  'delivered-and-failed',
  'read-without-delivered',
  /** Messenger: a delivery event with its watermark only. */
  'delivery-without-mids',
] as const
export type WebhookFault = (typeof webhookFaults)[number]

/** What can go wrong with a file that a person sent. By script only. */
export const mediaFaults = [
  /** The link to it has ended by the time it is given: WhatsApp gives another when asked, Messenger and Instagram none. */
  'media-link-ended',
] as const
export type MediaFault = (typeof mediaFaults)[number]

/** What befalls an event on its way to the hub. */
export type Mark = WebhookFault | InboundFault

export type Fault = RequestFault | Mark | MediaFault

/** Where those can happen that cannot happen everywhere. */
export const reaches: ReadonlyMap<string, { readonly channels: readonly ChannelName[] }> = new Map(
  Object.entries({ ...windowFaults, ...inboundFaults }),
)
/** Those that a rate may draw; the others happen by script only. */
export const drawnFaults: readonly string[] = [...requestFaults, ...webhookFaults]
export const faultNames: readonly string[] = [...drawnFaults, ...mediaFaults, ...reaches.keys()]
