import type { Content, Inbound, MediaKind } from '../contract.ts'
import { type Fields, fieldsOf, listOf, numberOf, secondsOf, textOf } from '../loose-json.ts'
import { canonicalWhatsappAddress, whatsappAddress } from './address.ts'
import { contactsContent } from './parse-contacts.ts'

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

  const address = whatsappAddress(from)
  const sender = { from, address, userId: textOf(message.from_user_id) }
  const { displayName, otherAddress } = senderOf(sender, contacts)
  const { content, about } = saidBy(type, item)
  const replyTo = about ?? textOf(fieldsOf<'id'>(message.context).id)
  const chat = textOf(message.group_id)
  return {
    kind: 'message',
    account,
    address,
    ...(displayName !== undefined && { displayName }),
    ...(otherAddress !== undefined && { otherAddress }),
    providerMessageId,
    content,
    ...(replyTo !== undefined && { replyTo }),
    sentAtMs: secondsOf(message.timestamp) ?? receivedAtMs,
    ...(chat !== undefined && { chat }),
  }
}

/** They come in `messages[]`, and are about the person. */
const notMessages: ReadonlySet<string> = new Set(['system'])

interface Sender {
  readonly from: string
  /** `from` in canonical form. */
  readonly address: string
  readonly userId: string | undefined
}

/**
 * Of the person's profile, and what they are known by besides: since 2026 a webhook may name a number, a business-scoped id or
 * both (channels.md 2.9).
 */
function senderOf({ from, address, userId }: Sender, contacts: unknown) {
  const { wa_id, user_id, profile } = contactOf(from, contacts)
  const displayName = textOf(fieldsOf<'name'>(profile).name)
  const others = [userId, textOf(user_id), textOf(wa_id)]
  for (const other of others) {
    if (other === undefined || other === from) continue
    const otherAddress = canonicalWhatsappAddress(other)
    if (otherAddress !== undefined && otherAddress !== address) return { displayName, otherAddress }
  }
  return { displayName, otherAddress: undefined }
}

function contactOf(from: string, contacts: unknown): Fields<'wa_id' | 'user_id' | 'profile'> {
  for (const each of listOf(contacts)) {
    const contact = fieldsOf<'wa_id' | 'user_id' | 'profile'>(each)
    if (contact.wa_id === from || contact.user_id === from) return contact
  }
  return {}
}

/** What a message says, and the message it is about where its type names one. */
interface Said {
  readonly content: Content
  readonly about?: string
}

function saidBy(type: string, item: unknown): Said {
  const part = fieldsOf<string>(item)[type]
  const content = readers.get(type)?.(part)
  if (content) return { content }
  return (
    aboutReaders.get(type)?.(part) ?? {
      content: { type: 'unsupported', kind: type, raw: JSON.stringify(item) },
    }
  )
}

type Reader = (part: unknown) => Content | undefined

/** By message type; undefined for a part that is not as documented. A map: the type is the platform's word. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', (part) => textContent(fieldsOf<'body'>(part).body)],
  ['button', templateChoice],
  ['interactive', interactiveChoice],
  ['image', (part) => mediaContent('image', part)],
  ['video', (part) => mediaContent('video', part)],
  ['audio', (part) => mediaContent('audio', part)],
  ['document', (part) => mediaContent('document', part)],
  ['sticker', (part) => mediaContent('sticker', part)],
  ['location', locationContent],
  ['contacts', contactsContent],
])

/** They come as messages of their own, and are about another one. */
const aboutReaders: ReadonlyMap<string, (part: unknown) => Said | undefined> = new Map([
  ['reaction', reactionSaid],
  ['edit', editSaid],
  ['revoke', revokeSaid],
])

/** A reaction without an emoji takes it back. */
function reactionSaid(part: unknown): Said | undefined {
  const { message_id, emoji } = fieldsOf<'message_id' | 'emoji'>(part)
  const about = textOf(message_id)
  return about === undefined
    ? undefined
    : { about, content: { type: 'reaction', emoji: textOf(emoji) ?? '' } }
}

/** What was a text, or has a caption, says something else; other changes are kept as they came. */
function editSaid(part: unknown): Said | undefined {
  const { original_message_id, message } = fieldsOf<'original_message_id' | 'message'>(part)
  const about = textOf(original_message_id)
  const type = textOf(fieldsOf<'type'>(message).type) ?? ''
  const { body, caption } = fieldsOf<'body' | 'caption'>(fieldsOf<string>(message)[type])
  const text = textOf(body) ?? textOf(caption)
  return about === undefined || text === undefined
    ? undefined
    : { about, content: { type: 'edit', text } }
}

function revokeSaid(part: unknown): Said | undefined {
  const about = textOf(fieldsOf<'original_message_id'>(part).original_message_id)
  return about === undefined ? undefined : { about, content: { type: 'delete' } }
}

/** A tap on a quick reply of a template. */
function templateChoice(part: unknown): Content | undefined {
  const { payload, text } = fieldsOf<'payload' | 'text'>(part)
  return choice(textOf(payload) ?? textOf(text), text)
}

function interactiveChoice(part: unknown): Content | undefined {
  const { button_reply, list_reply } = fieldsOf<'button_reply' | 'list_reply'>(part)
  const { id, title } = fieldsOf<'id' | 'title'>(button_reply ?? list_reply)
  return choice(textOf(id), title)
}

function choice(id: string | undefined, title: unknown): Content | undefined {
  const words = textOf(title)
  return id === undefined || words === undefined ? undefined : { type: 'choice', id, title: words }
}

function textContent(value: unknown): Content | undefined {
  const text = textOf(value)
  return text === undefined ? undefined : { type: 'text', text }
}

function mediaContent(type: MediaKind, part: unknown): Content | undefined {
  const fields = fieldsOf<'id' | 'mime_type' | 'sha256' | 'caption' | 'filename' | 'voice'>(part)
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
    ...(type === 'audio' && fields.voice === true && { voice: true }),
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
