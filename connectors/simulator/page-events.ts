import type { Content } from '../../domain/content.ts'
import type { EntriesOf, MetaEvent } from './meta-webhooks.ts'
import type { PhoneMessage } from './record.ts'
import type { World } from './world.ts'

const linkLivesMs = 24 * 60 * 60 * 1000

/** The list `entry`: one for each account, with all its events in order. */
export const pageEntries: EntriesOf = (events, nowMs) => {
  const groups = new Map<string, MetaEvent[]>()
  for (const event of events) {
    const group = groups.get(event.account.accountId)
    if (group) group.push(event)
    else groups.set(event.account.accountId, [event])
  }
  return [...groups].map(([id, group]) => ({
    id,
    time: nowMs,
    messaging: group.map(({ item }) => item),
  }))
}

/** From the person to the business, with what happened. */
export function fromPerson(message: PhoneMessage, atMs: number, what: object): object {
  return {
    sender: { id: message.address },
    recipient: { id: message.account },
    timestamp: atMs,
    ...what,
  }
}

/** The business's own message, told back to it: its sender is the page, and its time that of the message, which watermarks go by. */
export function echoOf(world: World, message: PhoneMessage): object {
  return {
    sender: { id: message.account },
    recipient: { id: message.address },
    timestamp: message.atMs,
    message: {
      mid: message.providerMessageId,
      is_echo: true,
      app_id: 1000000000000001,
      ...(message.echo === null ? {} : { metadata: message.echo }),
      ...partOf(world, message.content),
    },
  }
}

export function inboundOf(world: World, message: PhoneMessage): object {
  const { content, replyTo, providerMessageId: mid, atMs } = message
  return fromPerson(
    message,
    atMs,
    deedOf(content, replyTo) ?? {
      message: {
        mid,
        ...(replyTo === null ? {} : { reply_to: { mid: replyTo } }),
        ...partOf(world, content, endOf(world, message)),
      },
    },
  )
}

/** What a person did to the message of that id; undefined for what they wrote. */
function deedOf(content: Content, mid: string | null): object | undefined {
  if (content.type === 'reaction') {
    const { emoji } = content
    const reaction = emoji === '' ? { action: 'unreact' } : { action: 'react', emoji }
    return { reaction: { mid, reaction: 'other', ...reaction } }
  }
  if (content.type === 'edit') return { message_edit: { mid, text: content.text, num_edit: 1 } }
  return content.type === 'delete' ? { message: { mid, is_deleted: true } } : undefined
}

/** When the link to what the person sent ends. */
const endOf = ({ faults, settings }: World, { channel, address }: PhoneMessage): number =>
  settings.nowMs() + (faults.endsLink(channel, address) ? 0 : linkLivesMs)

function partOf(
  world: World,
  content: Content,
  ends = world.settings.nowMs() + linkLivesMs,
): object {
  switch (content.type) {
    case 'text':
      return { text: content.text }
    case 'location': {
      const coordinates = { lat: content.latitude, long: content.longitude }
      return { attachments: [{ type: 'location', payload: { coordinates } }] }
    }
    case 'choice':
      return { text: content.title, quick_reply: { payload: content.id } }
    case 'buttons':
      return { text: content.text }
    case 'image':
    case 'document':
    case 'audio':
    case 'video':
    case 'sticker': {
      const own = `${world.origin()}/media/cdn/${content.mediaId ?? ''}?oe=${ends}`
      const type = content.type === 'document' ? 'file' : content.type
      return { attachments: [{ type, payload: { url: content.url ?? own } }] }
    }
    default:
      return { is_unsupported: true }
  }
}
