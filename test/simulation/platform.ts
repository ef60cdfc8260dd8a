import type { Inbound, Outbound, SendOutcome } from '../../connectors/contract.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Chance } from './chance.ts'

/** What a phone saw, in the order it saw it. */
export interface Arrival {
  readonly channel: string
  readonly address: string
  readonly text: string
  readonly atMs: number
}

/** One webhook item on its way back to the hub. */
export interface Posted {
  readonly channel: string
  readonly chat: string
  readonly inbound: Inbound
}

export interface PlatformRates {
  readonly retry: number
  readonly refused: number
  /** The answer is lost; the message arrived in half of the cases. */
  readonly unknown: number
  readonly slow: number
}

/**
 * The platforms as far as the hub can tell: phones that show what was accepted, answers that get lost,
 * receipts that come late, twice and in any order. Its record of arrivals and of lost answers is what
 * the auditor goes by.
 */
export class Platform {
  readonly arrivals: Arrival[] = []
  /** Per `phone text`: how often it was accepted and nobody could hear of it, so that it may come once more. */
  readonly lostAnswers = new Map<string, number>()
  /** As `phone text`: nobody can know from the answers whether it arrived. */
  readonly unsure = new Set<string>()
  /** What a phone's platform will never take, as `phone text`. */
  readonly refused = new Set<string>()
  /** What a phone read, as `phone text`. */
  readonly read = new Set<string>()
  /** Webhooks still on their way. */
  pending = 0
  rates: PlatformRates = { retry: 0.12, refused: 0.02, unknown: 0.04, slow: 0.1 }
  readonly #clock: Clock
  readonly #chance: Chance
  readonly #post: (posted: Posted) => void
  readonly #arrived = new Set<string>()
  #ids = 0

  constructor(clock: Clock, chance: Chance, post: (posted: Posted) => void) {
    this.#clock = clock
    this.#chance = chance
    this.#post = post
  }

  async send(
    channel: string,
    account: string,
    outbound: Outbound,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const chance = this.#chance
    await this.#clock.sleep(
      chance.hit(this.rates.slow) ? chance.between(500, 8_000) : chance.between(1, 60),
    )
    const what = whatOf(channel, outbound)
    if (this.refused.has(what)) return refusal
    if (chance.hit(this.rates.retry)) {
      const reason = chance.pick([
        'transient',
        'throttled-conversation',
        'throttled-sender',
      ] as const)
      const retry = { kind: 'retry', reason, detail: 'try later' } as const
      return chance.hit(0.5) ? retry : { ...retry, afterMs: chance.between(100, 5_000) }
    }
    if (chance.hit(this.rates.refused) && !this.#arrived.has(what)) {
      this.refused.add(what)
      return refusal
    }
    if (chance.hit(this.rates.unknown)) {
      this.unsure.add(what)
      if (chance.hit(0.5)) {
        this.#accept(channel, account, outbound)
        this.lose(channel, outbound)
      }
      return { kind: 'unknown', detail: 'the line went dead' }
    }
    const providerMessageId = this.#accept(channel, account, outbound)
    await this.#clock.sleep(chance.between(0, 20))
    if (signal.aborted) {
      this.lose(channel, outbound)
      return { kind: 'unknown', detail: 'given up by the caller' }
    }
    return { kind: 'sent', providerMessageId }
  }

  /** It was accepted, and the caller died before it could write that down, or gave up: one copy more may be seen. */
  lose(channel: string, outbound: Outbound): void {
    const what = whatOf(channel, outbound)
    this.unsure.add(what)
    this.lostAnswers.set(what, (this.lostAnswers.get(what) ?? 0) + 1)
  }

  /** A person writes. */
  write(channel: string, account: string, address: string, text: string): void {
    const providerMessageId = `in-${++this.#ids}`
    const message: Inbound = {
      kind: 'message',
      account,
      address,
      providerMessageId,
      content: { type: 'text', text },
      sentAtMs: this.#clock.now(),
    }
    this.#later(channel, address, message)
  }

  #accept(channel: string, account: string, outbound: Outbound): string {
    const { address, echo } = outbound
    const what = whatOf(channel, outbound)
    const providerMessageId = `pm-${++this.#ids}`
    this.#arrived.add(what)
    this.arrivals.push({ channel, address, text: textOf(outbound), atMs: this.#clock.now() })
    if (channel === 'telegram') return providerMessageId // reports nothing afterwards
    for (const status of ['sent', 'delivered', 'read'] as const) {
      if (status === 'read' && !this.#chance.hit(0.7)) continue
      if (status === 'read') this.read.add(what)
      const receipt: Inbound = {
        kind: 'receipt',
        account,
        address,
        status,
        providerMessageId,
        watermarkMs: null,
        echo: channel === 'whatsapp' ? echo : null,
        reason: null,
        detail: null,
        atMs: this.#clock.now(),
      }
      this.#later(channel, address, receipt)
    }
    return providerMessageId
  }

  /** Some time later, now and then twice; so receipts overtake each other. */
  #later(channel: string, chat: string, inbound: Inbound): void {
    const copies = this.#chance.hit(0.1) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = this.#chance.hit(0.1)
        ? this.#chance.between(0, 60_000)
        : this.#chance.between(0, 300)
      this.pending++
      this.#clock.after(delayMs, () => {
        this.pending--
        this.#post({ channel, chat, inbound })
      })
    }
  }
}

const refusal: SendOutcome = { kind: 'refused', reason: 'recipient-gone', detail: 'no such phone' }

const textOf = ({ content }: Outbound) => (content.type === 'text' ? content.text : content.type)

const whatOf = (channel: string, outbound: Outbound) =>
  `${channel}:${outbound.address} ${textOf(outbound)}`
