import type { Inbound } from '../contract.ts'
import { fieldsOf, textOf } from '../loose-json.ts'
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

/** Reads one item as `split` cut it. Referrals are `unsupported` for now, so kept. */
export function parseInstagram(
  item: Uint8Array,
  context: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  return parseMessaging(readers, item, context, receivedAtMs)
}

const readers: EventReaders = {
  message: parseMessage,
  read: parseRead,
  postback: parsePostback,
  reaction: parseReaction,
}

function parseMessage(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { mid, is_echo, is_deleted } = fieldsOf<'mid' | 'is_echo' | 'is_deleted'>(part)
  const about = textOf(mid)
  // The person took the message back; the event bears its id, so the fact needs one of its own.
  if (is_deleted === true) {
    return about === undefined
      ? unsupported(event, 'a deletion without mid')
      : [messageOf(event, `${about}#deleted`, { type: 'delete' }, about)]
  }
  if (is_echo !== true) return parsePersonMessage(part, event)
  // An echo does not tell whether we sent it; its mid does, to whoever keeps our mids.
  return textOf(mid) === undefined
    ? unsupported(event, 'an echo without mid')
    : [messagingReceipt(event, 'sent', { mid })]
}

/** `read` names one message, and so says nothing of those before it. */
function parseRead(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { mid } = fieldsOf<'mid'>(part)
  return textOf(mid) === undefined
    ? unsupported(event, 'read without mid')
    : [messagingReceipt(event, 'read', { mid })]
}

function unsupported({ account }: MessagingEvent, why: string): readonly Inbound[] {
  return [{ kind: 'unsupported', account, why }]
}
