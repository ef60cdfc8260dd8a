import type { Content, Inbound } from '../contract.ts'
import { countOf, fieldsOf, idOf, isObject, parseJson, textOf } from '../loose-json.ts'
import { repeatedJson } from '../repeated-json.ts'
import { pageContents } from './page-content.ts'
import { personOf } from './split-messaging.ts'

/** One event of `messaging[]`, its frame read. */
export interface MessagingEvent {
  readonly account: string
  /** The person: PSID or IGSID. */
  readonly address: string
  readonly atMs: number
  /** The event's own parts: `message`, `read`, `delivery`, ... */
  part(name: string): unknown
}

/** A channel's own reading of an event's part. */
export type EventReaders = Readonly<
  Record<string, (part: unknown, event: MessagingEvent) => readonly Inbound[]>
>

const contextOf = repeatedJson()

/** Reads one item as `splitMessaging` cut it, with the channel's reader for the part that it has. */
export function parseMessaging(
  readers: EventReaders,
  itemBytes: Uint8Array,
  contextBytes: Uint8Array,
  receivedAtMs: number,
): readonly Inbound[] {
  const item = parseJson(itemBytes)
  const { account: accountValue, of } = fieldsOf<'account' | 'of'>(contextOf(contextBytes))
  const account = textOf(accountValue)
  const unsupported = (why: string): readonly Inbound[] => [
    { kind: 'unsupported', account: account ?? null, why },
  ]

  if (of === 'standby') return [{ kind: 'ignored', why: 'standby: another app has the thread' }]
  if (of !== 'messaging' || account === undefined || !isObject(item)) {
    return unsupported('no messaging event of a known account')
  }
  const address = personOf(item, account)
  if (address === undefined) return unsupported('an event without a person')

  const parts = fieldsOf<string>(item)
  const name = Object.keys(readers).find((each) => isObject(parts[each]))
  if (name === undefined) {
    return unsupported(
      `event of kind ${Object.keys(parts).find((each) => !frame.has(each)) ?? 'none'}`,
    )
  }
  const { timestamp } = fieldsOf<'timestamp'>(item)
  const atMs = countOf(timestamp) ?? receivedAtMs
  const event = { account, address, atMs, part: (each: string) => parts[each] }
  return readers[name]?.(parts[name], event) ?? unsupported(`event of kind ${name}`)
}

const frame: ReadonlySet<string> = new Set(['sender', 'recipient', 'timestamp'])

/** What a person wrote: a message per attachment, or one with the text. */
export function parsePersonMessage(
  part: unknown,
  { account, address, atMs }: MessagingEvent,
): readonly Inbound[] {
  const { mid, reply_to, quick_reply, text } = fieldsOf<
    'mid' | 'reply_to' | 'quick_reply' | 'text'
  >(part)
  const id = textOf(mid)
  if (id === undefined) return [{ kind: 'unsupported', account, why: 'a message without mid' }]
  const replyTo = textOf(fieldsOf<'mid'>(reply_to).mid)
  const tapped = textOf(fieldsOf<'payload'>(quick_reply).payload)
  const title = textOf(text)
  const contents: readonly Content[] =
    tapped === undefined || title === undefined
      ? pageContents(part)
      : [{ type: 'choice', id: tapped, title }]
  return contents.map((content, index) => ({
    kind: 'message',
    account,
    address,
    // Several attachments come under one mid; each becomes a message, and ids must differ.
    providerMessageId: index === 0 ? id : `${id}#${index}`,
    content,
    ...(replyTo !== undefined && { replyTo }),
    sentAtMs: atMs,
  }))
}

/** A tap on a button that hands something back. */
export function parsePostback(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const { mid, title, payload } = fieldsOf<'mid' | 'title' | 'payload'>(part)
  const id = textOf(mid)
  const words = textOf(title)
  if (id === undefined || words === undefined) {
    return [{ kind: 'unsupported', account: event.account, why: 'a postback without mid or title' }]
  }
  const content = { type: 'choice', id: textOf(payload) ?? words, title: words } as const
  return [messageOf(event, id, content)]
}

/** `{reaction, emoji, action, mid}`: it has no id of its own, so the message, the person and the time make one. */
export function parseReaction(part: unknown, event: MessagingEvent): readonly Inbound[] {
  const fields = fieldsOf<'mid' | 'action' | 'emoji'>(part)
  const about = textOf(fields.mid)
  const emoji = fields.action === 'unreact' ? '' : textOf(fields.emoji)
  if (about === undefined || emoji === undefined) {
    return [{ kind: 'unsupported', account: event.account, why: 'a reaction without mid or emoji' }]
  }
  const id = `${about}#reaction:${event.address}:${event.atMs}`
  return [messageOf(event, id, { type: 'reaction', emoji }, about)]
}

/** What a person did with a message of theirs or of ours. */
export function messageOf(
  { account, address, atMs }: MessagingEvent,
  providerMessageId: string,
  content: Content,
  replyTo?: string,
): Inbound {
  return {
    kind: 'message',
    account,
    address,
    providerMessageId,
    content,
    ...(replyTo !== undefined && { replyTo }),
    sentAtMs: atMs,
  }
}

/** What Meta tells of a message of ours. */
export function messagingReceipt(
  { account, address, atMs }: MessagingEvent,
  status: 'sent' | 'delivered' | 'read',
  about: { readonly mid?: unknown; readonly watermarkMs?: number; readonly echo?: unknown },
): Inbound {
  return {
    kind: 'receipt',
    account,
    address,
    status,
    providerMessageId: idOf(about.mid) ?? null,
    watermarkMs: about.watermarkMs ?? null,
    echo: textOf(about.echo) ?? null,
    reason: null,
    detail: null,
    atMs,
  }
}
