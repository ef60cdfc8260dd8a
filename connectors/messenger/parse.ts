import type { Inbound } from '../contract.ts'
import { countOf, fieldsOf, listOf, textOf } from '../loose-json.ts'
import {
  type EventReaders,
  type MessagingEvent,
  messagingReceipt,
  parseMessaging,
  parsePersonMessage,
  parsePostback,
} from '../meta/parse-messaging.ts'

/** Reads one item as `split` cut it. Reactions, edits, opt-ins and referrals are `unsupported` for now, so kept. */
export function parseMessenger(
  item: Uint8Array,
  context: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  return parseMessaging(readers, item, context, receivedAtMs)
}

const readers: EventReaders = {
  message: parseMessage,
  delivery: parseDelivery,
  read: (part, event) => [watermarkReceipt(part, event, 'read')],
  postback: parsePostback,
}

function parseMessage(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { is_echo, mid, metadata } = fieldsOf<'is_echo' | 'mid' | 'metadata'>(part)
  if (is_echo !== true) return parsePersonMessage(part, event)
  // What we send carries metadata; without it a person wrote in the Page inbox, or another app did.
  return textOf(metadata) === undefined
    ? [{ kind: 'unsupported', account: event.account, why: 'an echo of what was not sent by us' }]
    : [messagingReceipt(event, 'sent', { mid, echo: metadata })]
}

/** `mids` may be missing; the watermark then says that all before it was delivered. */
function parseDelivery(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const mids = listOf(fieldsOf<'mids'>(part).mids).filter((mid) => textOf(mid) !== undefined)
  return mids.length > 0
    ? mids.map((mid) => messagingReceipt(event, 'delivered', { mid }))
    : [watermarkReceipt(part, event, 'delivered')]
}

function watermarkReceipt(
  part: unknown,
  event: MessagingEvent,
  status: 'delivered' | 'read',
): Inbound {
  const watermarkMs = countOf(fieldsOf<'watermark'>(part).watermark)
  return watermarkMs === undefined
    ? { kind: 'unsupported', account: event.account, why: `${status} without watermark` }
    : messagingReceipt(event, status, { watermarkMs })
}
