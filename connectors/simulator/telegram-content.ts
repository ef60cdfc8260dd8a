import type { Button, Content, MediaKind } from '../../domain/content.ts'
import type { TextEntity } from '../../domain/text-entity.ts'
import type { Media } from './media.ts'
import type { Answer } from './serve-send.ts'
import { telegramError } from './telegram-answer.ts'
import type { TelegramForm } from './telegram-form.ts'

const mediaMethods: {
  readonly [method: string]: readonly [field: string, kind: MediaKind, megabytes: number]
} = {
  sendPhoto: ['photo', 'image', 10],
  sendDocument: ['document', 'document', 50],
  sendVideo: ['video', 'video', 50],
  sendAnimation: ['animation', 'video', 50],
  sendAudio: ['audio', 'audio', 50],
  sendVoice: ['voice', 'audio', 50],
  sendSticker: ['sticker', 'sticker', 50],
}

const bad = (why: string) => ({ refusal: telegramError(400, `Bad Request: ${why}`) })

/** What a send method says; a refusal in Telegram's words; undefined when the method sends nothing. */
export function telegramContent(
  method: string,
  form: TelegramForm,
  media: Media,
): { readonly content: Content } | { readonly refusal: Answer } | undefined {
  if (method === 'sendMessage') {
    const text = form.text('text') ?? ''
    if (text.trim() === '') return bad('message text is empty')
    if (tooLong(text, 4096)) return bad('message is too long')
    const buttons = buttonsIn(form)
    return buttons
      ? { content: { type: 'buttons', text, buttons } }
      : { content: textOf(form, text) }
  }
  if (method === 'sendContact') {
    const value = form.text('phone_number') ?? ''
    const firstName = form.text('first_name') ?? ''
    if (value === '') return bad('phone number must be non-empty')
    if (firstName === '') return bad('first name must be non-empty')
    const name = [firstName, form.text('last_name')].filter(Boolean).join(' ')
    return { content: { type: 'contacts', contacts: [{ name, phones: [{ value }] }] } }
  }
  if (method === 'sendLocation' || method === 'sendVenue') {
    const latitude = form.number('latitude')
    const longitude = form.number('longitude')
    if (latitude === undefined || Math.abs(latitude) > 90) return bad('latitude is invalid')
    if (longitude === undefined || Math.abs(longitude) > 180) return bad('longitude is invalid')
    if (method === 'sendLocation') return { content: { type: 'location', latitude, longitude } }
    const name = form.text('title')
    const address = form.text('address')
    if (name === undefined || name === '') return bad('title must be non-empty')
    if (address === undefined) return bad('address must be non-empty')
    return { content: { type: 'location', latitude, longitude, name, address } }
  }
  const found = mediaMethods[method]
  if (!found) return undefined
  const [field, type, megabytes] = found
  const caption = form.text('caption')
  if (caption !== undefined && tooLong(caption, 1024)) return bad('message caption is too long')
  const said = {
    ...(caption === undefined || caption === '' ? {} : { caption }),
    ...(method === 'sendVoice' ? { voice: true } : {}),
  }

  const file = form.file(field)
  if (file) {
    if (file.bytes.length > megabytes * 1024 * 1024) {
      return { refusal: telegramError(413, 'Request Entity Too Large') }
    }
    if (file.bytes.length === 0) return bad('file must be non-empty')
    const { id } = media.put(file.bytes, file.mimeType, file.filename)
    return {
      content: { type, mediaId: id, mimeType: file.mimeType, filename: file.filename, ...said },
    }
  }
  const given = form.text(field)
  if (given === undefined || given === '') return bad(`there is no ${field} in the request`)
  if (/^https?:\/\//.test(given)) return { content: { type, url: given, ...said } }
  if (media.get(given)) return { content: { type, mediaId: given, ...said } }
  return bad('wrong file identifier/HTTP URL specified')
}

function textOf(form: TelegramForm, text: string): Content {
  const entities = form.list('entities').flatMap((each) => {
    const { type, offset, length, url } = each
    if (typeof offset !== 'number' || typeof length !== 'number') return []
    const own = type === 'text_link' ? 'link' : type === 'blockquote' ? 'quote' : String(type)
    const link = typeof url === 'string' ? { url } : {}
    return [{ type: own, offset, length, ...link } as TextEntity]
  })
  return { type: 'text', text, ...(entities.length > 0 ? { entities } : {}) }
}

function buttonsIn(form: TelegramForm): readonly Button[] | undefined {
  const rows = form.object('reply_markup')?.['inline_keyboard']
  if (!Array.isArray(rows)) return undefined
  return rows.flat().map(({ text, callback_data, url }) => ({
    title: String(text),
    ...(url === undefined ? { id: String(callback_data) } : { url: String(url) }),
  }))
}

/** Telegram counts characters, of which an emoji is one. */
function tooLong(text: string, max: number): boolean {
  return text.length > max && [...text].length > max
}
