import { headerNames } from '../../domain/headers.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { InboundItem, Message } from '../../schemas/types.ts'
import {
  type MemoryBroker,
  memoryBroker,
} from '../../topology/adapters/memory-broker/memory-broker.ts'
import type { Promised } from './auditor.ts'
import { GroupChat, type Phone } from './group-chat.ts'
import type { Cluster } from './hub-process.ts'
import type { Posted } from './platform.ts'

const tenant = 'default'

export interface Chat {
  readonly conversationId: string
  readonly phones: readonly Phone[]
  /** Where the same person is reached when it fails there, or is not delivered in time. */
  readonly fallback?: Phone & { readonly afterMs: number | null }
  /** Sent by its id only, so the directory must know it; else by address. */
  readonly group?: GroupChat
}

/**
 * The gateway's promises and nothing else of it: what is appended and acknowledged is answered 202, what
 * is not is asked for again, as a client and a platform do.
 */
export class HubClient {
  readonly promised: (Promised & { readonly again: Phone[] })[] = []
  readonly written: { readonly person: string; readonly text: string }[] = []
  readonly #cluster: Cluster
  #broker: MemoryBroker
  /** Settles when the present gateway dies: every connection to it breaks. */
  #broken: { readonly promise: Promise<boolean>; readonly resolve: (acknowledged: false) => void }
  readonly #posting = new Map<string, Promise<void>>()
  #group: GroupChat | undefined
  #submissions = 0
  #bodies = 0

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#broker = this.#connect()
    this.#broken = Promise.withResolvers<boolean>()
  }

  /** The chats of a run; direct ones need no set-up, the group must be announced. */
  chats(count: number): readonly Chat[] {
    const { ids, chance } = this.#cluster
    const channels = ['whatsapp', 'messenger', 'instagram', 'telegram'] as const
    const chats = Array.from({ length: count }, (_, nth): Chat => {
      const phone = { channel: chance.pick(channels), address: `5511${nth}` }
      const { channel, address } = phone
      const conversationId = ids.conversation(tenant, channel, 'demo', address)
      // Each second person has another phone.
      if (nth % 2 === 0) return { conversationId, phones: [phone] }
      const other = channel === 'telegram' ? 'messenger' : 'telegram'
      const afterMs = chance.pick([null, 2_000, 20_000])
      const fallback = { channel: other, address: `6611${nth}`, afterMs }
      return { conversationId, phones: [phone], fallback }
    })
    const phone = (nth: number) => ({ channel: chance.pick(channels), address: `7700${nth}` })
    const group = new GroupChat([phone(0), phone(1), phone(2), phone(3)], this.#cluster, (...of) =>
      this.#append(...of, {}),
    )
    this.#group = group
    return [...chats, { conversationId: group.conversationId, phones: [], group }]
  }

  /** Says something and repeats it, under the same messageId, until it is accepted. */
  async say(chat: Chat, messageId: string, text: string): Promise<void> {
    const before = chat.group?.states()
    const saidAtMs = this.#cluster.clock.now()
    await this.#submit(chat, messageId, text)
    const { conversationId: conversation, phones, fallback } = chat
    const audience = before ? chat.group?.audience(before) : { phones }
    this.promised.push({
      ...{ messageId, conversation, text, writer: 'client', phones, again: [] },
      ...audience,
      ...(fallback && { fallback: { ...fallback, saidAtMs } }),
    })
  }

  /** A client that does not trust its own memory. */
  async repeat(chat: Chat, messageId: string, text: string): Promise<void> {
    await this.#submit(chat, messageId, text)
    this.#again(text)
  }

  /** A platform's webhook, repeated until it is answered 200; those of one person one after another. */
  post(posted: Posted): Promise<void> {
    const person = `${posted.channel}:${posted.chat}`
    const done = (this.#posting.get(person) ?? Promise.resolve()).then(() => this.#post(posted))
    this.#posting.set(person, done)
    return done
  }

  async #post({ channel, chat, inbound }: Posted): Promise<void> {
    const before = this.#group?.states()
    const writer = this.#group?.member(channel, chat)
    const item: InboundItem = {
      tenant,
      channel,
      endpoint: 'e',
      account: 'demo',
      item: Buffer.from(JSON.stringify(inbound)),
      context: Buffer.alloc(0),
      bodyHash: `body-${++this.#bodies}`,
      index: 0,
      count: 1,
      receivedAt: this.#cluster.clock.now(),
    }
    await this.#append(`inbound.${channel}`, chat, 'InboundItem', item, {})
    if (inbound.kind !== 'message' || inbound.content.type !== 'text') return
    const { text } = inbound.content
    const known = this.written.some((each) => each.text === text)
    if (known) return this.#again(text)
    this.written.push({ person: `${channel}:${chat}`, text })
    if (!this.#group || !before || !writer) return
    this.promised.push({
      messageId: `in:${channel}:demo:${inbound.providerMessageId}`,
      conversation: this.#group.conversationId,
      text,
      writer: `${channel}:${chat}`,
      again: [],
      ...this.#group.audience(before, writer),
    })
  }

  #again(text: string): void {
    const group = this.#group
    const promised = this.promised.find((each) => each.text === text)
    if (!group || promised?.conversation !== group.conversationId) return
    const { phones, maybe } = group.audience(group.states())
    promised.again.push(...phones, ...maybe)
  }

  async #submit(chat: Chat, messageId: string, text: string): Promise<void> {
    const { ids, clock, content } = this.#cluster
    const [phone] = chat.phones
    const key = conversationKey(tenant, chat.conversationId)
    for (;;) {
      const submissionId = `s-${++this.#submissions}`
      const message: Message = {
        messageId,
        submissionId,
        tenant,
        conversationId: chat.conversationId,
        direction: 'outbound',
        senderId: 'key',
        channel: chat.group ? null : (phone?.channel ?? null),
        account: chat.group ? null : 'demo',
        address: chat.group ? null : (phone?.address ?? null),
        acceptedAt: clock.now(),
        expiresAt: null,
        sendAt: null,
        fallback: chat.fallback ? [{ ...chat.fallback, account: 'demo' }] : [],
        humanAgent: false,
        replyTo: null,
        providerMessageId: null,
        metadata: {},
        digest: ids.digest(text),
        contentKind: 'text',
        content: content.encode({ type: 'text', text }),
        seal: null,
        origin: null,
      }
      const headers = {
        [headerNames.tenant]: tenant,
        [headerNames.messageId]: messageId,
        [headerNames.conversation]: chat.conversationId,
        [headerNames.submissionId]: submissionId,
      }
      if (await this.#tried('messages.submitted', key, 'Message', message, headers)) return
      await clock.sleep(50)
    }
  }

  async #append(
    topic: string,
    key: string,
    type: 'InboundItem' | 'Conversation' | 'Member',
    value: unknown,
    headers: Record<string, string>,
  ) {
    while (!(await this.#tried(topic, key, type, value, headers))) {
      await this.#cluster.clock.sleep(50)
    }
  }

  /** One append; false when it was not acknowledged, which does not mean that it did not happen. */
  async #tried(
    topic: string,
    key: string,
    type: 'InboundItem' | 'Conversation' | 'Member' | 'Message',
    value: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { codec, chance, clock, hostility } = this.#cluster
    const record = { topic, key, value: codec.encode(type, value), headers }
    const acknowledged = this.#broker.append([record]).then(
      () => true,
      () => false,
    )
    const { promise: broken } = this.#broken
    if (chance.hit(hostility.kill * 2)) clock.after(chance.between(0, 3), () => this.#die())
    return Promise.race([acknowledged, broken])
  }

  /** With whatever it was about to append; another gateway takes over. */
  #die(): void {
    this.#broker.kill()
    this.#broken.resolve(false)
    this.#broker = this.#connect()
    this.#broken = Promise.withResolvers<boolean>()
  }

  #connect(): MemoryBroker {
    const { log, clock, chance } = this.#cluster
    return memoryBroker(log, clock, {
      appendDelayMs: () => chance.between(0, 3),
      keepUnsynced: () => chance.hit(0.5),
    })
  }
}
