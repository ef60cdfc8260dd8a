import type { Content, MediaKind } from '../contract.ts'
import { countOf, fieldsOf, isObject, listOf, numberOf, textOf } from '../loose-json.ts'
import { telegramEntities } from './entities.ts'

/**
 * The content of a message (core.telegram.org/bots/api#message). What a person sent and we cannot show yet is
 * `unsupported` content; undefined for a service message, which nobody wrote.
 */
export function contentOf(message: unknown): Content | undefined {
  if (!isObject(message)) return undefined
  const parts = fieldsOf<string>(message)
  for (const [name, read] of readers) {
    const content = read(parts[name], message)
    if (content) return content
  }
  const kind = personal.find((name) => parts[name] !== undefined)
  return kind === undefined
    ? undefined
    : { type: 'unsupported', kind, raw: JSON.stringify(message) }
}

type Reader = (part: unknown, message: unknown) => Content | undefined

/** In this order: an animation also comes as a document, a venue also as a location. */
const readers: readonly (readonly [name: string, read: Reader])[] = [
  ['text', textContent],
  ['photo', photoContent],
  ['animation', mediaContent('video')],
  ['video', mediaContent('video')],
  ['video_note', mediaContent('video')],
  ['audio', mediaContent('audio')],
  ['voice', voiceContent],
  ['sticker', mediaContent('sticker')],
  ['document', mediaContent('document')],
  ['venue', venueContent],
  ['location', (part) => locationContent(part, undefined, undefined)],
  ['contact', contactContent],
]

const personal = [
  'poll',
  'dice',
  'game',
  'story',
  'paid_media',
  'checklist',
  // Known kinds in a shape that their reader could not take.
  ...readers.map(([name]) => name),
]

function textContent(part: unknown, message: unknown): Content | undefined {
  const text = textOf(part)
  if (text === undefined) return undefined
  const { entities } = telegramEntities.read(fieldsOf<'entities'>(message).entities)
  return entities === undefined ? { type: 'text', text } : { type: 'text', text, entities }
}

function voiceContent(part: unknown, message: unknown): Content | undefined {
  const content = mediaContent('audio')(part, message)
  return content?.type === 'audio' ? { ...content, voice: true } : undefined
}

/** One photo comes in several sizes; the biggest is the photo. */
function photoContent(part: unknown, message: unknown): Content | undefined {
  let biggest: unknown
  let most = -1
  for (const size of listOf(part)) {
    const { width, height } = fieldsOf<'width' | 'height'>(size)
    const area = (numberOf(width) ?? 0) * (numberOf(height) ?? 0)
    if (area > most) {
      most = area
      biggest = size
    }
  }
  return mediaContent('image')(biggest, message)
}

function mediaContent(type: MediaKind): Reader {
  return (part, message) => {
    const fields = fieldsOf<'file_id' | 'mime_type' | 'file_name' | 'file_size'>(part)
    const mediaId = textOf(fields.file_id)
    if (mediaId === undefined) return undefined
    const mimeType = textOf(fields.mime_type)
    const filename = textOf(fields.file_name)
    const said = fieldsOf<'caption' | 'caption_entities'>(message)
    const caption = textOf(said.caption)
    const sizeBytes = countOf(fields.file_size)
    return {
      type,
      mediaId,
      ...(mimeType !== undefined && { mimeType }),
      ...(filename !== undefined && { filename }),
      ...(caption !== undefined && { caption }),
      ...(caption !== undefined && telegramEntities.read(said.caption_entities)),
      ...(sizeBytes !== undefined && { sizeBytes }),
    }
  }
}

/** Telegram keeps what has no field of its own in a vcard, which stays unread. */
function contactContent(part: unknown): Content | undefined {
  const fields = fieldsOf<'phone_number' | 'first_name' | 'last_name'>(part)
  const value = textOf(fields.phone_number)
  const firstName = textOf(fields.first_name)
  const lastName = textOf(fields.last_name)
  const names = [firstName, lastName].filter((name) => name !== undefined)
  if (value === undefined) return undefined
  return {
    type: 'contacts',
    contacts: [
      {
        name: names.length > 0 ? names.join(' ') : value,
        ...(firstName !== undefined && { firstName }),
        ...(lastName !== undefined && { lastName }),
        phones: [{ value }],
      },
    ],
  }
}

function venueContent(part: unknown): Content | undefined {
  const { location, title, address } = fieldsOf<'location' | 'title' | 'address'>(part)
  return locationContent(location, textOf(title), textOf(address))
}

function locationContent(
  part: unknown,
  name: string | undefined,
  address: string | undefined,
): Content | undefined {
  const fields = fieldsOf<'latitude' | 'longitude'>(part)
  const latitude = numberOf(fields.latitude)
  const longitude = numberOf(fields.longitude)
  if (latitude === undefined || longitude === undefined) return undefined
  return {
    type: 'location',
    latitude,
    longitude,
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
  }
}
