import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { RateLimits } from '../../ports/rate-limits.ts'
import { leaseScript } from './lease-script.ts'
import { type LeaseAsk, LeasedBuckets, type Leases } from './leased-buckets.ts'
import { redisError } from './redis-error.ts'

export interface RateLimitSettings {
  /** How many processes are thought to share the buckets, until Redis has told. */
  readonly processes: number
  /** Told when Redis does not answer, with why, and when it does again. */
  readonly report: (degraded: boolean, why?: unknown) => void
  /** Between two settlings; 50 ms unless told otherwise. */
  readonly renewEveryMs?: number
}

const prefix = 'c4a:rate1:'

/**
 * Buckets in Redis, shared by all processes, of which each holds some tokens ahead; a call for all buckets in use
 * at every renewal, and none by `take`. While Redis is away each process keeps to its share of every rate
 * (docs/decisions/0028).
 */
export function redisRateLimits(redis: Redis, settings: RateLimitSettings): RateLimits {
  const { processes, report, renewEveryMs = 50 } = settings
  const buckets = new LeasedBuckets(() => performance.now(), processes)
  const process = randomUUID()
  let renewing = false
  let degraded = false

  async function ask(asks: readonly LeaseAsk[]): Promise<Leases> {
    const args = asks.flatMap(({ key, rate, owed, wanted }) => [
      key,
      rate.perSecond,
      rate.burst,
      owed,
      wanted,
    ])
    const answer = await redis.eval(leaseScript, 0, Date.now(), process, prefix, ...args)
    const [holders = 1, ...granted] = answer as number[] // the script's own
    return { holders, granted }
  }

  async function renew(): Promise<void> {
    const asks = buckets.settle()
    if (asks.length === 0) return
    try {
      buckets.granted(asks, await ask(asks))
      if (degraded) report(false)
      degraded = false
    } catch (error) {
      buckets.refused(asks)
      if (!degraded) report(true, redisError(error, redis))
      degraded = true
    }
  }

  const timer = setInterval(() => {
    if (renewing) return
    renewing = true
    void renew().finally(() => {
      renewing = false
    })
  }, renewEveryMs)
  timer.unref()

  return {
    take: (key, tokens, rate) => buckets.take(key, tokens, rate),
    async close() {
      clearInterval(timer)
      const asks = buckets.allBack()
      // What is not given back fills again by itself.
      if (asks.length > 0) await ask(asks).catch(() => {})
    },
  }
}
