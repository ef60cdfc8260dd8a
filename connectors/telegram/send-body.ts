import type { Content, MediaKind, Outbound } from '../contract.ts'
import { messageNumberOf } from './message-id.ts'

/** A Bot API call: the method and its fields. A blob's bytes are not among them, `fileField` names where they go. */
export interface BotCall {
  readonly method: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly fileField: string | null
}

/** `file` is a link or a file_id; null when the bytes are uploaded with the call. Undefined for a kind Telegram cannot show. */
export function sendBody(outbound: Outbound, file: string | null): BotCall | undefined {
  const call = callOf(outbound.content, file)
  if (!call) return undefined
  const { address, replyTo } = outbound
  const repliedId = replyTo === undefined ? undefined : messageNumberOf(replyTo)
  return {
    method: call.method,
    fileField: call.fileField,
    fields: {
      chat_id: chatIdOf(address),
      ...call.fields,
      ...(repliedId !== undefined && {
        // A reply to what the person has deleted is better than no message.
        reply_parameters: { message_id: repliedId, allow_sending_without_reply: true },
      }),
    },
  }
}

/** A number for people and groups, a text for `@channel`. */
const chatIdOf = (address: string): number | string =>
  /^-?\d+$/.test(address) && Number.isSafeInteger(Number(address)) ? Number(address) : address

function callOf(content: Content, file: string | null): BotCall | undefined {
  switch (content.type) {
    case 'text':
      // Plain text: a stray `_` in Markdown is the classic 400 "can't parse entities".
      return { method: 'sendMessage', fields: { text: content.text }, fileField: null }

    case 'location': {
      const { latitude, longitude, name, address } = content
      if (!name) return { method: 'sendLocation', fields: { latitude, longitude }, fileField: null }
      const fields = { latitude, longitude, title: name, address: address ?? name }
      return { method: 'sendVenue', fields, fileField: null }
    }

    case 'unsupported':
      return undefined

    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      const { method, field, caption } = mediaMethods[content.type]
      return {
        method,
        fields: {
          ...(file !== null && { [field]: file }),
          ...(caption && content.caption ? { caption: content.caption } : {}),
        },
        fileField: file === null ? field : null,
      }
    }
  }
}

const mediaMethods: Readonly<
  Record<MediaKind, { method: string; field: string; caption: boolean }>
> = {
  image: { method: 'sendPhoto', field: 'photo', caption: true },
  document: { method: 'sendDocument', field: 'document', caption: true },
  audio: { method: 'sendAudio', field: 'audio', caption: true },
  video: { method: 'sendVideo', field: 'video', caption: true },
  sticker: { method: 'sendSticker', field: 'sticker', caption: false },
}
