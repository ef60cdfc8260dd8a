import type { Content } from '../../domain/content.ts'
import { hashOf } from './chance.ts'
import { demoPhones } from './demo.ts'
import type { WebhookFault } from './fault-names.ts'
import { type PhoneMessage, record } from './record.ts'
import type { ChannelName, Settings } from './settings.ts'

const dayMs = 24 * 60 * 60 * 1000

/** One person's phone on one channel. */
export interface Phone {
  readonly channel: ChannelName
  readonly address: string
  name: string
  readonly demo: boolean
  windows: 'open' | 'enforced'
  /** The person looks at it: what is delivered gets read by itself. */
  looking: boolean
  /** Blocked the business, or left the platform. */
  gone: boolean
  /** The latest ones, oldest first. */
  readonly messages: PhoneMessage[]
  /** All that ever arrived from businesses. */
  arrived: number
  /** Delivered and not yet read, with what will befall the receipt. */
  readonly unread: { readonly message: PhoneMessage; readonly marks: ReadonlySet<WebhookFault> }[]
  /** When the person last wrote, by account, in milliseconds since 1970 UTC. */
  readonly wroteAtMs: Map<string, number>
  /** How often each content came, by its hash. */
  readonly copies: Map<number, number>
}

export interface NewMessage {
  readonly account: string
  readonly providerMessageId: string
  readonly content: Content
  readonly replyTo: string | null
  readonly echo: string | null
  readonly fault: string | null
}

export interface Phones {
  find(channel: ChannelName, address: string): Phone | undefined
  /** Makes the phone when there is none. */
  at(channel: ChannelName, address: string): Phone
  all(): Iterable<Phone>
  /** Whether the person wrote to the account within `windowMs` (a day unless given), or no window is kept. */
  windowOpen(phone: Phone, account: string, windowMs?: number): boolean
  arrive(phone: Phone, message: NewMessage): PhoneMessage
  answer(phone: Phone, message: NewMessage): PhoneMessage
  setStatus(message: PhoneMessage, status: PhoneMessage['status']): void
  /** Told of every new message, status and changed phone; for the page. */
  onChange(listener: (change: Change) => void): () => void
  changed(phone: Phone): void
  after(seq: number, limit: number): readonly PhoneMessage[]
  readonly oldest: number
  readonly count: number
  close(): Promise<void>
}

export type Change =
  | { readonly what: 'message' | 'status'; readonly message: PhoneMessage }
  | { readonly what: 'phone'; readonly phone: Phone }

export function phones(settings: Settings): Phones {
  const byAddress = new Map<string, Phone>()
  const listeners = new Set<(change: Change) => void>()

  function at(channel: ChannelName, address: string, demoName?: string): Phone {
    const key = `${channel} ${address}`
    const known = byAddress.get(key)
    if (known) return known
    const phone: Phone = {
      channel,
      address,
      name: demoName ?? `…${address.slice(-4)}`,
      demo: demoName !== undefined,
      windows: demoName === undefined ? settings.windows : 'open',
      looking: settings.looking,
      gone: false,
      messages: [],
      arrived: 0,
      unread: [],
      wroteAtMs: new Map(),
      copies: new Map(),
    }
    byAddress.set(key, phone)
    tell({ what: 'phone', phone })
    return phone
  }

  function tell(change: Change) {
    for (const listener of listeners) listener(change)
  }

  function show(phone: Phone, message: PhoneMessage) {
    phone.messages.push(message)
    const keep = settings.keep.perPhone
    if (phone.messages.length > keep * 1.25) phone.messages.splice(0, phone.messages.length - keep)
    if (message.direction === 'from-phone') {
      phone.wroteAtMs.set(message.account, message.atMs)
      return
    }
    phone.arrived++
    phone.copies.set(contentHash(message.account, message.content), message.copy)
    // A record that only grows would be a leak in a long benchmark; copies come soon after their first.
    if (phone.copies.size > 20_000) phone.copies.clear()
  }

  if (settings.demo) for (const { channel, address, name } of demoPhones) at(channel, address, name)
  const kept = record(settings.file, settings.keep.all, (message) =>
    show(at(message.channel, message.address), message),
  )

  function add(phone: Phone, direction: PhoneMessage['direction'], given: NewMessage) {
    const seen = phone.copies.get(contentHash(given.account, given.content)) ?? 0
    const message: PhoneMessage = {
      seq: kept.nextSeq(),
      atMs: settings.nowMs(),
      direction,
      channel: phone.channel,
      account: given.account,
      address: phone.address,
      providerMessageId: given.providerMessageId,
      content: given.content,
      replyTo: given.replyTo,
      echo: given.echo,
      copy: direction === 'to-phone' ? seen + 1 : 1,
      fault: given.fault,
      status: 'accepted',
    }
    show(phone, message)
    kept.append(message)
    tell({ what: 'message', message })
    return message
  }

  return {
    find: (channel, address) => byAddress.get(`${channel} ${address}`),
    at: (channel, address) => at(channel, address),
    all: () => byAddress.values(),
    windowOpen(phone, account, windowMs = dayMs) {
      if (phone.windows === 'open') return true
      const wrote = phone.wroteAtMs.get(account)
      return wrote !== undefined && settings.nowMs() - wrote < windowMs
    },
    arrive: (phone, message) => add(phone, 'to-phone', message),
    answer: (phone, message) => add(phone, 'from-phone', message),
    setStatus(message, status) {
      message.status = status
      tell({ what: 'status', message })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed: (phone) => tell({ what: 'phone', phone }),
    after: kept.after,
    get oldest() {
      return kept.oldest
    },
    get count() {
      return byAddress.size
    },
    close: kept.close,
  }
}

function contentHash(account: string, content: Content): number {
  return hashOf(`${account} ${JSON.stringify(content)}`)
}
