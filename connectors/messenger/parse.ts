import type { Inbound } from '../contract.ts'
import { countOf, fieldsOf, listOf, textOf } from '../loose-json.ts'
import {
  type EventReaders,
  type MessagingEvent,
  messageOf,
  messagingReceipt,
  parseMessaging,
  parsePersonMessage,
  parsePostback,
  parseReaction,
} from '../meta/parse-messaging.ts'

/** Reads one item as `split` cut it. Opt-ins and referrals are `unsupported` for now, so kept. */
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
  reaction: parseReaction,
  message_edit: parseEdit,
}

function parseMessage(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { is_echo, mid, metadata } = fieldsOf<'is_echo' | 'mid' | 'metadata'>(part)
  if (is_echo !== true) return parsePersonMessage(part, event)
  // What we send carries metadata; without it a person wrote in the Page inbox, or another app did.
  return textOf(metadata) === undefined
    ? [{ kind: 'unsupported', account: event.account, why: 'an echo of what was not sent by us' }]
    : [messagingReceipt(event, 'sent', { mid, echo: metadata })]
}

/** A text may be changed five times; each change is told apart by its number. */
function parseEdit(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { mid, text, num_edit } = fieldsOf<'mid' | 'text' | 'num_edit'>(part)
  const about = textOf(mid)
  const said = textOf(text)
  if (about === undefined || said === undefined) {
    return [{ kind: 'unsupported', account: event.account, why: 'an edit without mid or text' }]
  }
  const id = `${about}#edit:${countOf(num_edit) ?? event.atMs}`
  return [messageOf(event, id, { type: 'edit', text: said }, about)]
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
