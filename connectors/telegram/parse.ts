import type { Content, Inbound } from '../contract.ts'
import { fieldsOf, idOf, isObject, parseJson, secondsOf, textOf } from '../loose-json.ts'
import { isMedia } from '../medium-source.ts'
import { repeatedJson } from '../repeated-json.ts'
import { messageIdOf } from './message-id.ts'
import { contentOf } from './parse-content.ts'
import { parseReaction } from './parse-reaction.ts'
import { parseTap } from './parse-tap.ts'
import { personOf } from './person.ts'

const contextOf = repeatedJson()

/** Reads one update: `update_id` and exactly one of its kinds (core.telegram.org/bots/api#update). */
export function parseTelegram(
  itemBytes: Uint8Array,
  contextBytes: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  const update = parseJson(itemBytes)
  const account = textOf(fieldsOf<'account'>(contextOf(contextBytes)).account)
  if (account === undefined || !isObject(update)) {
    return [{ kind: 'unsupported', account: account ?? null, why: 'no update of a known account' }]
  }

  const { message, edited_message, callback_query, message_reaction } = fieldsOf<
    'message' | 'edited_message' | 'callback_query' | 'message_reaction'
  >(update)
  if (message !== undefined) return [parseMessage(message, account, receivedAtMs)]
  if (edited_message !== undefined) {
    return [parseEdited(parseMessage(edited_message, account, receivedAtMs), edited_message)]
  }
  if (callback_query !== undefined) return [parseTap(callback_query, account, receivedAtMs)]
  if (message_reaction !== undefined) {
    return [parseReaction(message_reaction, account, receivedAtMs)]
  }
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
  const moved = movedOf(value, account, chatId)
  if (moved) return moved
  const content = contentOf(value)
  if (!content) return { kind: 'unsupported', account, why: 'a service message' }

  // Anonymous admins and linked channels write in the name of a chat.
  const person = personOf(message.from) ?? { address: chatId }
  const repliedId = idOf(fieldsOf<'message_id'>(message.reply_to_message).message_id)
  return {
    kind: 'message',
    account,
    ...person,
    providerMessageId: messageIdOf(chatId, messageId),
    content,
    ...(repliedId !== undefined && { replyTo: messageIdOf(chatId, repliedId) }),
    sentAtMs: secondsOf(message.date) ?? receivedAtMs,
    ...(chatId !== person.address && { chat: chatId }),
  }
}

/** A group that became a supergroup: told once in the old chat, and once in the new one. */
function movedOf(value: unknown, account: string, chatId: string): Inbound | undefined {
  const fields = fieldsOf<'migrate_to_chat_id' | 'migrate_from_chat_id'>(value)
  const to = idOf(fields.migrate_to_chat_id)
  if (to !== undefined) return { kind: 'moved', account, from: chatId, to }
  const from = idOf(fields.migrate_from_chat_id)
  return from === undefined ? undefined : { kind: 'moved', account, from, to: chatId }
}

/** The message with what it says now. Of other than texts and captions it is not told what changed, so the whole is kept. */
function parseEdited(read: Inbound, raw: unknown): Inbound {
  if (read.kind !== 'message') return read
  const { content, providerMessageId: about, sentAtMs } = read
  const editedAtMs = secondsOf(fieldsOf<'edit_date'>(raw).edit_date) ?? sentAtMs
  return {
    ...read,
    providerMessageId: `${about}#edit:${editedAtMs}`,
    replyTo: about,
    sentAtMs: editedAtMs,
    content: editOf(content) ?? { type: 'unsupported', kind: 'edit', raw: JSON.stringify(raw) },
  }
}

function editOf(content: Content): Content | undefined {
  if (content.type === 'text') return { ...content, type: 'edit' }
  if (!isMedia(content) || content.caption === undefined) return undefined
  const { caption, entities } = content
  return { type: 'edit', text: caption, ...(entities && { entities }) }
}
