import type { Inbound } from '../contract.ts'
import { fieldsOf, idOf, listOf, textOf } from '../loose-json.ts'
import { messageIdOf } from './message-id.ts'
import { personOf } from './person.ts'

/** A tap on an inline button (core.telegram.org/bots/api#callbackquery). The words on it stand on the message's keyboard. */
export function parseTap(value: unknown, account: string, receivedAtMs: number): Inbound {
  const { id, from, message, data } = fieldsOf<'id' | 'from' | 'message' | 'data'>(value)
  const { message_id, chat, reply_markup } = fieldsOf<'message_id' | 'chat' | 'reply_markup'>(
    message,
  )
  const person = personOf(from)
  const chatId = idOf(fieldsOf<'id'>(chat).id)
  const messageId = idOf(message_id)
  const tapId = textOf(id)
  const given = textOf(data)
  if (!person || !chatId || !messageId || !tapId || given === undefined) {
    return { kind: 'unsupported', account, why: 'a tap without person, message or data' }
  }
  return {
    kind: 'message',
    account,
    ...person,
    providerMessageId: `${messageIdOf(chatId, messageId)}#tap:${tapId}`,
    content: { type: 'choice', id: given, title: titleOf(reply_markup, given) },
    replyTo: messageIdOf(chatId, messageId),
    // A tap bears no time.
    sentAtMs: receivedAtMs,
    ...(chatId !== person.address && { chat: chatId }),
  }
}

/** What was given with the button, where its words are not told: an old message comes without its keyboard. */
function titleOf(keyboard: unknown, data: string): string {
  const rows = listOf(fieldsOf<'inline_keyboard'>(keyboard).inline_keyboard)
  for (const button of rows.flatMap(listOf)) {
    const { text, callback_data } = fieldsOf<'text' | 'callback_data'>(button)
    if (callback_data === data) return textOf(text) ?? data
  }
  return data
}
