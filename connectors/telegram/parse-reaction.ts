import type { Inbound } from '../contract.ts'
import { fieldsOf, idOf, listOf, secondsOf, textOf } from '../loose-json.ts'
import { messageIdOf } from './message-id.ts'
import { personOf } from './person.ts'

/**
 * A person's reactions to a message after a change (core.telegram.org/bots/api#messagereactionupdated). A bot is told of them
 * in groups where it is an administrator, and only if `allowed_updates` of setWebhook names them.
 */
export function parseReaction(value: unknown, account: string, receivedAtMs: number): Inbound {
  const { chat, message_id, user, date, new_reaction } = fieldsOf<
    'chat' | 'message_id' | 'user' | 'date' | 'new_reaction'
  >(value)
  const person = personOf(user)
  const chatId = idOf(fieldsOf<'id'>(chat).id)
  const messageId = idOf(message_id)
  const now = listOf(new_reaction)
  // A person may have several; the last is the newest. One that is no emoji (a picture of a pack) has no form here.
  const emoji = now.length === 0 ? '' : textOf(fieldsOf<'emoji'>(now.at(-1)).emoji)
  if (!person || !chatId || !messageId || emoji === undefined) {
    return { kind: 'unsupported', account, why: 'a reaction without person, message or emoji' }
  }
  const about = messageIdOf(chatId, messageId)
  const atMs = secondsOf(date) ?? receivedAtMs
  return {
    kind: 'message',
    account,
    ...person,
    providerMessageId: `${about}#reaction:${person.address}:${atMs}:${emoji}`,
    content: { type: 'reaction', emoji },
    replyTo: about,
    sentAtMs: atMs,
    ...(chatId !== person.address && { chat: chatId }),
  }
}
