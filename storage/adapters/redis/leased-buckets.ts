import type { Rate } from '../../ports/rate-limits.ts'

/** What a process asks of a shared bucket. */
export interface LeaseAsk {
  readonly key: string
  readonly rate: Rate
  /** Taken already, or where negative given back. */
  readonly owed: number
  readonly wanted: number
}

export interface Leases {
  /** Processes that asked of late, this one too. */
  readonly holders: number
  /** Tokens granted, in the order of the asks. */
  readonly granted: readonly number[]
}

interface Bucket {
  rate: Rate
  /** Tokens to give out; below zero where a request took more. */
  have: number
  owed: number
  /** Asked for since the last renewal, given or not. */
  demand: number
  /** Renewals since it was asked for. */
  idle: number
  /** Until when it was filled here, while the shared ones are away. */
  filledMs: number
}

/** Renewals without demand after which a bucket is given back. */
const idleRenewals = 20

/**
 * This process's part of shared buckets. It gives out tokens that it was granted, asks for as many as were
 * asked of it lately, and gives back what lies idle. The first that anybody asks of a bucket is given out unasked, up to
 * this process's share of a burst, and owed.
 *
 * Alone, while nobody can be asked, a bucket fills by this process's share of its rate.
 */
export class LeasedBuckets {
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()
  #holders: number
  #alone = false

  constructor(now: () => number, holders: number) {
    this.#now = now
    this.#holders = Math.max(1, holders)
  }

  take(key: string, tokens: number, rate: Rate): number {
    const bucket = this.#bucketOf(key, rate)
    bucket.demand = Math.min(bucket.demand + tokens, Math.max(rate.burst, tokens))
    bucket.idle = 0
    if (this.#alone) this.#fill(bucket)
    const missing = Math.min(tokens, this.#shareOf(rate.burst)) - bucket.have
    if (missing > 0) return Math.max(1, Math.ceil((missing / rate.perSecond) * 1_000))
    bucket.have -= tokens
    return 0
  }

  /** What is to be settled now; each call is answered by `granted` or `refused`. */
  settle(): readonly LeaseAsk[] {
    const asks: LeaseAsk[] = []
    for (const [key, bucket] of this.#buckets) {
      const { rate, demand } = bucket
      if (demand === 0) bucket.idle += 1
      // What a request took beyond what there was, and what nobody asks for any more.
      if (bucket.have < 0 || bucket.idle >= idleRenewals) this.#return(bucket)
      // As much as was asked for, and as much again for what comes until the next answer.
      const wanted = Math.max(0, Math.ceil(Math.min(2 * demand, rate.burst) - bucket.have))
      if (wanted === 0 && bucket.owed === 0) continue
      asks.push({ key, rate, owed: bucket.owed, wanted })
      bucket.owed = 0
      bucket.demand = 0
    }
    if (!this.#alone) this.#forgetIdle()
    return asks
  }

  /** All that this process holds, given back. */
  allBack(): readonly LeaseAsk[] {
    return [...this.#buckets].map(([key, bucket]) => {
      this.#return(bucket)
      return { key, rate: bucket.rate, owed: bucket.owed, wanted: 0 }
    })
  }

  granted(asks: readonly LeaseAsk[], { holders, granted }: Leases): void {
    this.#alone = false
    this.#holders = Math.max(1, holders)
    asks.forEach(({ key }, at) => {
      const bucket = this.#buckets.get(key)
      if (bucket) bucket.have += granted[at] ?? 0
    })
  }

  /** Nobody could be asked: it stays owed. */
  refused(asks: readonly LeaseAsk[]): void {
    for (const { key, owed } of asks) {
      const bucket = this.#buckets.get(key)
      if (bucket) bucket.owed += owed
    }
    if (this.#alone) {
      this.#forgetIdle()
      return
    }
    this.#alone = true
    const nowMs = this.#now()
    for (const bucket of this.#buckets.values()) bucket.filledMs = nowMs
  }

  #return(bucket: Bucket): void {
    bucket.owed -= bucket.have
    bucket.have = 0
  }

  #forgetIdle(): void {
    for (const [key, { idle }] of this.#buckets) {
      if (idle >= idleRenewals) this.#buckets.delete(key)
    }
  }

  #bucketOf(key: string, rate: Rate): Bucket {
    const known = this.#buckets.get(key)
    if (known) {
      known.rate = rate
      return known
    }
    const bucket = bucketOf(rate, this.#shareOf(rate.burst), this.#now())
    if (!this.#alone) bucket.owed = bucket.have
    this.#buckets.set(key, bucket)
    return bucket
  }

  #fill(bucket: Bucket): void {
    const nowMs = this.#now()
    const share = this.#shareOf(bucket.rate.burst)
    const grown = ((nowMs - bucket.filledMs) / 1_000) * (bucket.rate.perSecond / this.#holders)
    bucket.filledMs = nowMs
    if (bucket.have < share) bucket.have = Math.min(share, bucket.have + grown)
  }

  #shareOf(burst: number): number {
    return Math.max(1, burst / this.#holders)
  }
}

const bucketOf = (rate: Rate, have: number, nowMs: number): Bucket => ({
  rate,
  have,
  owed: 0,
  demand: 0,
  idle: 0,
  filledMs: nowMs,
})
