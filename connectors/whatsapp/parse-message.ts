import type { Content, Inbound, MediaKind } from '../contract.ts'
import { fieldsOf, listOf, numberOf, secondsOf, textOf } from '../loose-json.ts'
import { whatsappAddress } from './address.ts'

/** One of `messages[]`: what a person wrote. */
export function parseMessage(
  item: unknown,
  contacts: unknown,
  account: string,
  receivedAtMs: number,
): Inbound {
  const message = fieldsOf<
    'id' | 'from' | 'from_user_id' | 'timestamp' | 'type' | 'context' | 'group_id'
  >(item)
  const providerMessageId = textOf(message.id)
  const from = textOf(message.from) ?? textOf(message.from_user_id)
  const type = textOf(message.type)
  if (providerMessageId === undefined || from === undefined || type === undefined) {
    return { kind: 'unsupported', account, why: 'a message without id, from or type' }
  }
  if (notMessages.has(type)) return { kind: 'unsupported', account, why: `type ${type}` }

  const displayName = nameOf(from, contacts)
  const replyTo = textOf(fieldsOf<'id'>(message.context).id)
  const chat = textOf(message.group_id)
  return {
    kind: 'message',
    account,
    address: whatsappAddress(from),
    ...(displayName !== undefined && { displayName }),
    providerMessageId,
    content: contentOf(type, item),
    ...(replyTo !== undefined && { replyTo }),
    sentAtMs: secondsOf(message.timestamp) ?? receivedAtMs,
    ...(chat !== undefined && { chat }),
  }
}

/** They come in `messages[]`, and are about another message or about the person. */
const notMessages: ReadonlySet<string> = new Set(['reaction', 'edit', 'revoke', 'system'])

function nameOf(from: string, contacts: unknown): string | undefined {
  for (const each of listOf(contacts)) {
    const { wa_id, user_id, profile } = fieldsOf<'wa_id' | 'user_id' | 'profile'>(each)
    if (wa_id === from || user_id === from) return textOf(fieldsOf<'name'>(profile).name)
  }
  return undefined
}

function contentOf(type: string, item: unknown): Content {
  const part = fieldsOf<string>(item)[type]
  return readers.get(type)?.(part) ?? { type: 'unsupported', kind: type, raw: JSON.stringify(item) }
}

type Reader = (part: unknown) => Content | undefined

/** By message type; undefined for a part that is not as documented. A map: the type is the platform's word. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', (part) => textContent(fieldsOf<'body'>(part).body)],
  // A tap on a button of ours reads as the text on it.
  ['button', (part) => textContent(fieldsOf<'text'>(part).text)],
  ['interactive', interactiveContent],
  ['image', (part) => mediaContent('image', part)],
  ['video', (part) => mediaContent('video', part)],
  ['audio', (part) => mediaContent('audio', part)],
  ['document', (part) => mediaContent('document', part)],
  ['sticker', (part) => mediaContent('sticker', part)],
  ['location', locationContent],
])

function interactiveContent(part: unknown): Content | undefined {
  const { button_reply, list_reply } = fieldsOf<'button_reply' | 'list_reply'>(part)
  return textContent(fieldsOf<'title'>(button_reply ?? list_reply).title)
}

function textContent(value: unknown): Content | undefined {
  const text = textOf(value)
  return text === undefined ? undefined : { type: 'text', text }
}

function mediaContent(type: MediaKind, part: unknown): Content | undefined {
  const fields = fieldsOf<'id' | 'mime_type' | 'sha256' | 'caption' | 'filename'>(part)
  const mediaId = textOf(fields.id)
  if (mediaId === undefined) return undefined
  const mimeType = textOf(fields.mime_type)
  const filename = textOf(fields.filename)
  const caption = textOf(fields.caption)
  const sha256 = hexOf(textOf(fields.sha256))
  return {
    type,
    mediaId,
    ...(mimeType !== undefined && { mimeType }),
    ...(filename !== undefined && { filename }),
    ...(caption !== undefined && { caption }),
    ...(sha256 !== undefined && { sha256 }),
  }
}

/** Webhooks write the hash in base64, the media endpoint in hex. */
function hexOf(hash: string | undefined): string | undefined {
  if (hash === undefined) return undefined
  if (/^[0-9a-f]{64}$/i.test(hash)) return hash.toLowerCase()
  const bytes = Buffer.from(hash, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : undefined
}

function locationContent(part: unknown): Content | undefined {
  const fields = fieldsOf<'latitude' | 'longitude' | 'name' | 'address'>(part)
  const latitude = numberOf(fields.latitude)
  const longitude = numberOf(fields.longitude)
  if (latitude === undefined || longitude === undefined) return undefined
  const name = textOf(fields.name)
  const address = textOf(fields.address)
  return {
    type: 'location',
    latitude,
    longitude,
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address }),
  }
}
