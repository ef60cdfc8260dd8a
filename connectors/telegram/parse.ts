import type { Inbound } from '../contract.ts'
import { fieldsOf, idOf, isObject, parseJson, secondsOf, textOf } from '../loose-json.ts'
import { messageIdOf } from './message-id.ts'
import { contentOf } from './parse-content.ts'

/** Reads one update: `update_id` and exactly one of its kinds (core.telegram.org/bots/api#update). */
export function parseTelegram(
  itemBytes: Uint8Array,
  contextBytes: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  const update = parseJson(itemBytes)
  const account = textOf(fieldsOf<'account'>(parseJson(contextBytes)).account)
  if (account === undefined || !isObject(update)) {
    return [{ kind: 'unsupported', account: account ?? null, why: 'no update of a known account' }]
  }

  const { message } = fieldsOf<'message'>(update)
  if (message !== undefined) return [parseMessage(message, account, receivedAtMs)]
  const kind = Object.keys(update).find((name) => name !== 'update_id') ?? 'none'
  if (notices.has(kind)) return [{ kind: 'ignored', why: `notice ${kind}` }]
  return [{ kind: 'unsupported', account, why: `update of kind ${kind}` }]
}

/** About the bot's own standing in a chat; a send tells it again where it matters. */
const notices: ReadonlySet<string> = new Set(['my_chat_member'])

function parseMessage(value: unknown, account: string, receivedAtMs: number): Inbound {
  const message = fieldsOf<'message_id' | 'chat' | 'from' | 'date' | 'reply_to_message'>(value)
  const chat = fieldsOf<'id' | 'type'>(message.chat)
  const chatId = idOf(chat.id)
  const messageId = idOf(message.message_id)
  if (chatId === undefined || messageId === undefined) {
    return { kind: 'unsupported', account, why: 'a message without chat or id' }
  }
  const content = contentOf(value)
  if (!content) return { kind: 'unsupported', account, why: 'a service message' }

  const from = fieldsOf<'id' | 'first_name' | 'last_name' | 'username'>(message.from)
  // Anonymous admins and linked channels write in the name of a chat.
  const address = idOf(from.id) ?? chatId
  const names = [textOf(from.first_name), textOf(from.last_name)].filter((name) => name)
  const displayName = names.length > 0 ? names.join(' ') : textOf(from.username)
  const repliedId = idOf(fieldsOf<'message_id'>(message.reply_to_message).message_id)
  return {
    kind: 'message',
    account,
    address,
    ...(displayName !== undefined && { displayName }),
    providerMessageId: messageIdOf(chatId, messageId),
    content,
    ...(repliedId !== undefined && { replyTo: messageIdOf(chatId, repliedId) }),
    sentAtMs: secondsOf(message.date) ?? receivedAtMs,
    ...(chatId !== address && { chat: chatId }),
  }
}
