import { setTimeout as sleep } from 'node:timers/promises'
import type { HubApi } from './hub-api.ts'

/** An event of the feed, as far as the run looks at it. */
export interface FeedEvent {
  readonly eventId: string
  readonly type: string
  readonly messageId: string | null
  /** message.received: what the person wrote. */
  readonly text: string | null
  readonly reason: string | null
}

export interface ListedMessage {
  readonly messageId: string
  readonly direction: string
  readonly status: string
  readonly reason: string | null
}

export interface DeliveryRecord {
  readonly channel: string
  readonly address: string
  readonly part: number
  readonly status: string
  readonly reason?: string
  readonly attempts: number
  readonly possibleDuplicate: boolean
}

interface EventPage {
  readonly events: readonly {
    readonly eventId: string
    readonly type: string
    readonly messageId?: string
    readonly reason?: string
    readonly data?: { readonly content?: { readonly text?: string } }
  }[]
  readonly cursor: string
  readonly more: boolean
}

/** Walks the event feed by its cursor, as a client does: from the start on, across the hub's deaths. */
export class FeedReader {
  readonly events: FeedEvent[] = []
  readonly #api: HubApi
  #cursor: string

  constructor(api: HubApi, cursor = 'start') {
    this.#api = api
    this.#cursor = cursor
  }

  /** Where it has come to. */
  get cursor(): string {
    return this.#cursor
  }

  /** Reads a page; false when there is no more for now. Rejects when the hub does not answer. */
  async page(): Promise<boolean> {
    const after = encodeURIComponent(this.#cursor)
    const { status, body } = await this.#api.get(`/v1/events?limit=1000&after=${after}`)
    if (status !== 200) throw new Error(`the feed answered ${status}: ${JSON.stringify(body)}`)
    const { events, cursor, more } = body as EventPage
    for (const { eventId, type, messageId, reason, data } of events) {
      const text = data?.content?.text ?? null
      this.events.push({
        eventId,
        type,
        messageId: messageId ?? null,
        text,
        reason: reason ?? null,
      })
    }
    this.#cursor = cursor
    return more
  }

  /** Follows until `signal` aborts; a hub that is away is asked again. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const more = await this.page().catch(() => false)
      if (!more) await sleep(100)
    }
  }

  async walk(): Promise<readonly FeedEvent[]> {
    while (await this.page());
    return this.events
  }
}

/** All messages of a conversation. Rejects when the hub does not answer, or not well. */
export async function listMessages(api: HubApi, id: string): Promise<readonly ListedMessage[]> {
  const all: ListedMessage[] = []
  const path = `/v1/conversations/${encodeURIComponent(id)}/messages?limit=200`
  for (let before: string | undefined, more = true; more; ) {
    const { status, body } = await api.get(
      before === undefined ? path : `${path}&before=${encodeURIComponent(before)}`,
    )
    if (status !== 200) throw new Error(`the list answered ${status}: ${JSON.stringify(body)}`)
    const page = body as { readonly messages: readonly ListedMessage[]; readonly next?: string }
    for (const { messageId, direction, status: at, reason } of page.messages) {
      all.push({ messageId, direction, status: at, reason: reason ?? null })
    }
    before = page.next
    more = before !== undefined
  }
  return all
}

export async function deliveriesOf(
  api: HubApi,
  messageId: string,
): Promise<readonly DeliveryRecord[]> {
  const { status, body } = await api.get(`/v1/messages/${encodeURIComponent(messageId)}`)
  if (status !== 200) throw new Error(`${messageId} answered ${status}: ${JSON.stringify(body)}`)
  return (body as { readonly deliveries: readonly DeliveryRecord[] }).deliveries
}
