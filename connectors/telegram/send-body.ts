import type { Content, MediaKind, Outbound } from '../contract.ts'
import { contactFields } from './contact-fields.ts'
import { telegramEntities } from './entities.ts'
import { keyboardOf } from './keyboard.ts'
import { messageNumberOf } from './message-id.ts'

/** A Bot API call: the method and its fields. A blob's bytes are not among them, `fileField` names where they go. */
export interface BotCall {
  readonly method: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly fileField: string | null
}

/** `file` is a link or a file_id; null when the bytes are uploaded with the call. Undefined for a kind Telegram cannot show. */
export function sendBody(outbound: Outbound, file: string | null): BotCall | undefined {
  const { address, content, replyTo } = outbound
  const chat = { chat_id: chatIdOf(address) }
  const about = replyTo === undefined ? undefined : messageNumberOf(replyTo)
  const action = actionOf(content, about)
  if (action)
    return { method: action.method, fields: { ...chat, ...action.fields }, fileField: null }
  const call = callOf(content, file)
  if (!call) return undefined
  return {
    method: call.method,
    fileField: call.fileField,
    fields: {
      ...chat,
      ...call.fields,
      ...(about !== undefined && {
        // A reply to what the person has deleted is better than no message.
        reply_parameters: { message_id: about, allow_sending_without_reply: true },
      }),
    },
  }
}

/** The same change where the message is a picture or a file: its caption says it. Undefined for what is no change. */
export function captionCall({ address, content, replyTo }: Outbound): BotCall | undefined {
  if (content.type !== 'edit' || replyTo === undefined) return undefined
  const { text, entities } = content
  const fields = {
    chat_id: chatIdOf(address),
    message_id: messageNumberOf(replyTo),
    caption: text,
    ...(entities && { caption_entities: telegramEntities.write(entities) }),
  }
  return { method: 'editMessageCaption', fields, fileField: null }
}

/** A number for people and groups, a text for `@channel`. */
const chatIdOf = (address: string): number | string =>
  /^-?\d+$/.test(address) && Number.isSafeInteger(Number(address)) ? Number(address) : address

/** What is done to a message or to the chat, and makes no message. */
function actionOf(content: Content, about: number | undefined) {
  const message_id = about
  switch (content.type) {
    case 'reaction': {
      // Telegram writes a heart without the selector that makes it red.
      const emoji = content.emoji.replaceAll('\ufe0f', '')
      const reaction = emoji === '' ? [] : [{ type: 'emoji', emoji }]
      return { method: 'setMessageReaction', fields: { message_id, reaction } }
    }
    case 'edit':
      return { method: 'editMessageText', fields: { message_id, ...saying(content) } }
    case 'delete':
      return { method: 'deleteMessage', fields: { message_id } }
    case 'typing':
      return { method: 'sendChatAction', fields: { action: 'typing' } }
    default:
      return undefined
  }
}

/** Plain text and its entities: a stray `_` in Markdown is the classic 400 "can't parse entities". */
const saying = ({
  text,
  entities,
}: Pick<Extract<Content, { type: 'text' }>, 'text' | 'entities'>) => ({
  text,
  ...(entities && { entities: telegramEntities.write(entities) }),
})

function callOf(content: Content, file: string | null): BotCall | undefined {
  switch (content.type) {
    case 'text':
      return { method: 'sendMessage', fields: saying(content), fileField: null }

    case 'buttons': {
      const fields = { text: content.text, reply_markup: keyboardOf(content.buttons) }
      return { method: 'sendMessage', fields, fileField: null }
    }

    case 'contacts': {
      const [card] = content.contacts
      const fields = card && contactFields(card)
      return fields && { method: 'sendContact', fields, fileField: null }
    }

    case 'location': {
      const { latitude, longitude, name, address } = content
      if (!name) return { method: 'sendLocation', fields: { latitude, longitude }, fileField: null }
      const fields = { latitude, longitude, title: name, address: address ?? name }
      return { method: 'sendVenue', fields, fileField: null }
    }

    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      const { caption, entities, voice } = content
      const medium = mediaMethods[content.type === 'audio' && voice ? 'voice' : content.type]
      const { method, field } = medium
      const said = medium.caption && caption ? caption : undefined
      return {
        method,
        fields: {
          ...(file !== null && { [field]: file }),
          ...(said && { caption: said }),
          ...(said && entities && { caption_entities: telegramEntities.write(entities) }),
        },
        fileField: file === null ? field : null,
      }
    }

    default:
      return undefined
  }
}

const mediaMethods: Readonly<
  Record<MediaKind | 'voice', { method: string; field: string; caption: boolean }>
> = {
  image: { method: 'sendPhoto', field: 'photo', caption: true },
  document: { method: 'sendDocument', field: 'document', caption: true },
  audio: { method: 'sendAudio', field: 'audio', caption: true },
  voice: { method: 'sendVoice', field: 'voice', caption: true },
  video: { method: 'sendVideo', field: 'video', caption: true },
  sticker: { method: 'sendSticker', field: 'sticker', caption: false },
}
