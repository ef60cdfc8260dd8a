import type { Content } from '../../domain/content.ts'
import type { Mark } from './fault-names.ts'
import type { EntriesOf, MetaEvent } from './meta-webhooks.ts'
import type { Phone } from './phones.ts'
import type { PhoneMessage } from './record.ts'
import { scopedIdOf } from './scoped-id.ts'
import type { SimulatorAccount } from './settings.ts'
import type { Receipt, World } from './world.ts'

/** The list `entry`: one change for each account and kind, with all its items. */
export const whatsappEntries: EntriesOf = (events) => {
  const groups = new Map<string, MetaEvent[]>()
  for (const event of events) {
    const key = `${event.account.accountId} ${event.list}`
    const group = groups.get(key)
    if (group) group.push(event)
    else groups.set(key, [event])
  }
  const entry: object[] = []
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const { account, list } = first
    const contacts = group.flatMap(({ contact }) => (contact ? [contact] : []))
    const value = {
      messaging_product: 'whatsapp',
      metadata: {
        display_phone_number: displayNumberOf(account),
        phone_number_id: account.accountId,
      },
      ...(contacts.length > 0 ? { contacts } : {}),
      [list]: group.map(({ item }) => item),
    }
    entry.push({ id: businessIdOf(account), changes: [{ field: 'messages', value }] })
  }
  return entry
}

const errorTitles: { readonly [code: number]: string } = {
  131026: 'Message undeliverable',
  131047: 'Re-engagement message',
  131053: 'Media upload error',
}

/** One element of `statuses`. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks */
export function whatsappStatus(
  message: Pick<PhoneMessage, 'providerMessageId' | 'address' | 'echo'>,
  { status, atMs, code }: Receipt,
): object {
  const { providerMessageId: id, address: recipient_id, echo } = message
  const item: { [name: string]: unknown } = { id, status, timestamp: secondsOf(atMs), recipient_id }
  if (echo !== null) item['biz_opaque_callback_data'] = echo
  if (status === 'sent' || status === 'delivered') {
    item['pricing'] = {
      billable: false,
      pricing_model: 'PMP',
      type: 'free_customer_service',
      category: 'service',
    }
  }
  if (code !== undefined) {
    const title = errorTitles[code] ?? 'Error'
    const details =
      code === 131047
        ? 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
        : `${title}.`
    item['errors'] = [
      {
        code,
        title,
        message: title,
        error_data: { details },
        href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
      },
    ]
  }
  return item
}

/** One element of `messages`, with the contact that stands beside it. */
export function whatsappInbound(
  world: World,
  account: SimulatorAccount,
  { providerMessageId: id, atMs, content, replyTo }: PhoneMessage,
  { address, name }: Phone,
  marks: ReadonlySet<Mark>,
): MetaEvent {
  const alone = marks.has('bsuid-only')
  const scoped = alone || marks.has('bsuid-and-number') ? scopedIdOf(address) : undefined
  const item: { [name: string]: unknown } = {
    from: alone ? scoped : address,
    ...(scoped === undefined ? {} : { from_user_id: scoped }),
    id,
    timestamp: secondsOf(atMs),
  }
  const type = typeOf(content)
  if (replyTo !== null && !abouts.has(type)) {
    item['context'] = { from: displayNumberOf(account), id: replyTo }
  }
  item['type'] = type
  item[type] = partOf(world, content, replyTo)
  const contact = {
    profile: { name },
    ...(alone ? {} : { wa_id: address }),
    ...(scoped === undefined ? {} : { user_id: scoped }),
  }
  return { account, list: 'messages', item, contact }
}

const names: { readonly [type: string]: string } = { choice: 'interactive', delete: 'revoke' }
const typeOf = (content: Content): string =>
  content.type === 'unsupported' ? content.kind : (names[content.type] ?? content.type)

/** They name the message they are about themselves. */
const abouts: ReadonlySet<string> = new Set(['reaction', 'edit', 'revoke'])

function partOf(world: World, content: Content, about: string | null): object {
  switch (content.type) {
    case 'text':
      return { body: content.text }
    case 'location': {
      const { type: _, ...place } = content
      return place
    }
    case 'choice': {
      const { id, title } = content
      return { type: 'button_reply', button_reply: { id, title } }
    }
    case 'contacts':
      return content.contacts.map(({ name, phones = [] }) => ({
        name: { formatted_name: name },
        phones: phones.map(({ value }) => ({ phone: value })),
      }))
    case 'reaction':
      return { message_id: about, ...(content.emoji === '' ? {} : { emoji: content.emoji }) }
    case 'edit': {
      const message = { type: 'text', text: { body: content.text } }
      return { original_message_id: about, message }
    }
    case 'delete':
      return { original_message_id: about }
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      const { mediaId = '', mimeType, caption, filename, voice } = content
      const sha256 = world.media.get(mediaId)?.sha256
      // WhatsApp gives the hash in base64 here, unlike at the media endpoint.
      const hash = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64')
      return { id: mediaId, mime_type: mimeType, sha256: hash, caption, filename, voice }
    }
    default:
      return {}
  }
}

const displayNumberOf = ({ accountId }: SimulatorAccount): string =>
  `55119${accountId.slice(-8).padStart(8, '0')}`

/** The business account that the number belongs to; one for each number here. */
const businessIdOf = ({ accountId }: SimulatorAccount): string => `9${accountId.slice(1)}`

const secondsOf = (ms: number): string => String(Math.floor(ms / 1000))
