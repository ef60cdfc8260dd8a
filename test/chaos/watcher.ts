import { setTimeout as sleep } from 'node:timers/promises'
import { Arrivals, arrivalKey } from './arrivals.ts'
import type { HubApi } from './hub-api.ts'
import { FeedReader } from './hub-records.ts'
import type { PlannedConversation, PlannedPhone } from './plan.ts'
import { replyTo } from './replies.ts'
import type { SimulatorClient } from './simulator-client.ts'

/** Looks at both ends while the run goes on: the phones' record and the hub's feed. Phones write back from here. */
export class Watcher {
  readonly arrivals = new Arrivals()
  readonly feed: FeedReader
  /** What phones wrote. */
  readonly written: string[] = []
  /** By `performance.now()`. */
  lastArrivalAtMs = 0
  /** When each arrival was first seen here, by its key and `performance.now()`. */
  readonly arrivedAtMs = new Map<string, number>()
  readonly #simulator: SimulatorClient
  /** Who writes back, by the message that makes them. */
  readonly #answering = new Map<string, PlannedPhone>()
  #seq = 0

  constructor(
    conversations: readonly PlannedConversation[],
    simulator: SimulatorClient,
    api: HubApi,
    /** Of the feed: what stood there before is none of this run's. */
    since?: string,
  ) {
    this.#simulator = simulator
    this.feed = new FeedReader(api, since)
    for (const { phones, messages } of conversations) {
      const [phone] = phones
      for (const { marker, isAnswered } of messages) {
        if (isAnswered && phone) this.#answering.set(marker, phone)
      }
    }
  }

  /** Pairs of message and phone that have something to show. */
  get arrived(): number {
    return this.arrivals.byPhoneAndMarker.size
  }

  /** Until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.feed.follow(signal), this.#followPhones(signal)])
  }

  async #followPhones(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lines = await this.#simulator.log(this.#seq, 5_000)
      for (const line of lines) {
        this.#seq = line.seq
        const arrival = this.arrivals.add(line)
        if (arrival) {
          this.lastArrivalAtMs = performance.now()
          this.arrivedAtMs.set(arrivalKey(arrival.marker, arrival.phone), this.lastArrivalAtMs)
        }
        const phone = arrival && this.#answering.get(arrival.marker)
        if (phone && `${phone.channel}:${phone.address}` === arrival.phone) {
          const text = replyTo(arrival.marker)
          this.written.push(text)
          await this.#simulator.answer(phone, text)
        }
      }
      if (lines.length === 0) await sleep(50)
    }
  }
}
