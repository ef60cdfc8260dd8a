import { LRUCache } from 'lru-cache'
import type { RateLimits } from '../../ports/rate-limits.ts'

/** More keys than that: the one not asked for the longest begins with a full bucket again. */
const maxBuckets = 100_000

/**
 * Buckets of one process.
 * @param now a clock that only goes forward, in milliseconds
 */
export function memoryRateLimits(now: () => number): RateLimits {
  // It takes its whole room when it is made, and where nothing is limited none is needed.
  let made: LRUCache<string, { tokens: number; atMs: number }> | undefined

  return {
    take(key, tokens, { perSecond, burst }) {
      made ??= new LRUCache({ max: maxBuckets })
      const buckets = made
      const nowMs = now()
      const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs }
      buckets.set(key, bucket)
      const grown = ((nowMs - bucket.atMs) / 1_000) * perSecond
      bucket.tokens = Math.min(burst, bucket.tokens + grown)
      bucket.atMs = nowMs
      const missing = Math.min(tokens, burst) - bucket.tokens
      if (missing > 0) return Math.ceil((missing / perSecond) * 1_000)
      bucket.tokens -= tokens
      return 0
    },
    async close() {
      made?.clear()
    },
  }
}
