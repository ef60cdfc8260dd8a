import { setTimeout as sleep } from 'node:timers/promises'
import { Arrivals, arrivalKey } from './arrivals.ts'
import { expectedStatus } from './expected-status.ts'
import type { HubApi } from './hub-api.ts'
import { type ListedMessage, listMessages } from './hub-records.ts'
import type { PlannedConversation } from './plan.ts'
import { repliesDue } from './replies.ts'
import type { SimulatorClient } from './simulator-client.ts'
import type { Watcher } from './watcher.ts'

/** What is still to come; all 0 means that the run has come to rest. */
export interface Outstanding {
  /** Pairs of message and phone. */
  readonly arrivals: number
  readonly webhooks: number
  readonly acceptedEvents: number
  readonly answers: number
  /** Messages whose status is not yet what the platforms say; null when it was too early to look. */
  readonly statuses: number | null
}

export interface SettlingParts {
  readonly conversations: readonly PlannedConversation[]
  readonly accepted: ReadonlySet<string>
  readonly conversationIds: ReadonlyMap<number, string>
  readonly watcher: Watcher
  readonly simulator: SimulatorClient
  readonly api: HubApi
}

/** Waits until nothing is on its way any more, neither messages nor what is told of them. */
export class Settling {
  /** As last listed, by conversation. */
  readonly listed = new Map<number, readonly ListedMessage[]>()
  readonly #parts: SettlingParts
  readonly #final = new Set<number>()

  constructor(parts: SettlingParts) {
    this.#parts = parts
  }

  /** Ends at rest, or when nothing has changed for `stallMs`, or when `signal` aborts; says what is outstanding then. */
  async wait(
    stallMs: number,
    signal: AbortSignal,
    say: (outstanding: Outstanding) => void,
  ): Promise<Outstanding> {
    let before = ''
    let changedAt = performance.now()
    for (;;) {
      const outstanding = await this.#look()
      say(outstanding)
      const now = JSON.stringify(outstanding)
      if (now !== before) changedAt = performance.now()
      before = now
      const isAtRest = Object.values(outstanding).every((count) => count === 0)
      if (isAtRest || signal.aborted || performance.now() - changedAt > stallMs) return outstanding
      await sleep(300)
    }
  }

  async #look(): Promise<Outstanding> {
    const { conversations, accepted, watcher, simulator } = this.#parts
    const { pending: waiting } = await simulator.stats()
    const told = new Set<string>()
    const heard = new Set<string>()
    for (const { type, messageId, text } of watcher.feed.events) {
      if (type === 'message.accepted' && messageId !== null) told.add(messageId)
      if (type === 'message.received' && text !== null) heard.add(text)
    }
    let arrivals = 0
    for (const { phones, messages } of conversations) {
      for (const { messageId, marker, words } of messages) {
        if (!accepted.has(messageId)) continue
        for (const { channel, address, gone } of phones) {
          const key = arrivalKey(marker, `${channel}:${address}`)
          const seen = watcher.arrivals.byPhoneAndMarker.get(key)?.words ?? 0
          if (!gone && seen < words) arrivals++
        }
      }
    }
    for (const { text, phone } of repliesDue(conversations, watcher.written)) {
      if (!watcher.arrivals.replies.has(arrivalKey(text, phone))) arrivals++
    }
    return {
      arrivals,
      webhooks: waiting,
      acceptedEvents: [...accepted].filter((messageId) => !told.has(messageId)).length,
      answers: watcher.written.filter((text) => !heard.has(text)).length,
      // Lists are what costs the hub most: they are worth a look once all has arrived.
      statuses: arrivals > 0 || waiting > 0 ? null : await this.#statuses().catch(() => null),
    }
  }

  async #statuses(): Promise<number> {
    const { conversations, accepted, simulator, conversationIds, api } = this.#parts
    const arrivals = new Arrivals()
    for (const line of await simulator.log(0, 200_000)) arrivals.add(line)
    let open = 0
    for (const conversation of conversations) {
      const { index, messages } = conversation
      const id = conversationIds.get(index)
      if (id === undefined || this.#final.has(index)) continue
      const listed = await listMessages(api, id)
      this.listed.set(index, listed)
      const told = new Map(listed.map(({ messageId, status }) => [messageId, status]))
      const behind = messages.filter(
        (message) =>
          accepted.has(message.messageId) &&
          told.get(message.messageId) !== expectedStatus(conversation, message, arrivals),
      )
      open += behind.length
      if (behind.length === 0) this.#final.add(index)
    }
    return open
  }
}
