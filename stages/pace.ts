import type { SendOutcome } from '../connectors/contract.ts'
import type { Delivery } from '../schemas/types.ts'
import type { Rate, RateLimits } from '../storage/ports/rate-limits.ts'
import { LateCache } from './late-cache.ts'

/** How fast a channel may be written to; null where nothing is said. */
export interface PaceRates {
  /** Everything that one account sends. */
  readonly account: Rate | null
  /** What one person gets. */
  readonly conversation: Rate | null
  /** What one group chat gets, in place of `conversation`. */
  readonly group: Rate | null
}

/** So long an account's deliveries wait at least: each wakes up all of them. Its bucket fills meanwhile. */
const leastWaitMs = 200
/** A throttled account comes back to its full rate in so long. */
const recoveryMs = 60_000
/** The least part of its rate that an account keeps. */
const leastPart = 1 / 16

/**
 * Keeps to the pace that a platform allows, before it has to say so: buckets that all processes share. On top the rate
 * of a throttled account is halved and grows back by equal steps (AIMD); a wait that the platform names is the
 * engine's to keep, and wins.
 */
export class Pace {
  readonly #limits: RateLimits
  readonly #rates: PaceRates
  readonly #isGroup: (address: string) => boolean
  readonly #slowed = new LateCache<{ readonly part: number; readonly atMs: number }>(10_000)

  constructor(limits: RateLimits, rates: PaceRates, isGroup: (address: string) => boolean) {
    this.#limits = limits
    this.#rates = rates
    this.#isGroup = isGroup
  }

  /** 0 when the delivery may go out now, and is counted; else how long it waits, and whether its account does. */
  wait(delivery: Delivery, nowMs: number): { readonly afterMs: number; readonly whole: boolean } {
    const { tenant, channel, account, address } = delivery
    const { account: ofAccount, conversation, group } = this.#rates
    const ofChat = (group && this.#isGroup(address) ? group : null) ?? conversation
    // As where nothing is said, and then no bucket has to be named.
    if (!ofChat && !ofAccount) return none
    const its = `pace/${tenant}/${channel}/${account}`
    // The chat first: a token of the account must not be lost to a chat that has to wait.
    const chatMs = ofChat ? this.#limits.take(`${its}/${address}`, 1, ofChat) : 0
    if (chatMs > 0) return { afterMs: chatMs, whole: false }
    if (!ofAccount) return none
    const accountMs = this.#limits.take(its, 1, slowed(ofAccount, this.#partOf(its, nowMs)))
    return accountMs > 0 ? { afterMs: Math.max(accountMs, leastWaitMs), whole: true } : none
  }

  hear({ tenant, channel, account }: Delivery, outcome: SendOutcome, nowMs: number): void {
    if (outcome.kind !== 'retry' || outcome.reason !== 'throttled-sender') return
    const its = `pace/${tenant}/${channel}/${account}`
    const present = this.#slowed.get(its)
    // Those that were under way together say it once.
    if (present && nowMs - present.atMs < 1_000) return
    const part = Math.max(leastPart, this.#partOf(its, nowMs) / 2)
    this.#slowed.set(its, { part, atMs: nowMs })
  }

  #partOf(its: string, nowMs: number): number {
    const slow = this.#slowed.get(its)
    if (!slow) return 1
    const part = slow.part + (nowMs - slow.atMs) / recoveryMs
    if (part < 1) return part
    this.#slowed.delete(its)
    return 1
  }
}

const none = { afterMs: 0, whole: false }

const slowed = ({ perSecond, burst }: Rate, part: number): Rate =>
  part === 1
    ? { perSecond, burst }
    : { perSecond: perSecond * part, burst: Math.max(1, burst * part) }
