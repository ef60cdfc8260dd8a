import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Rate, RateLimits } from '../../storage/ports/rate-limits.ts'

/** One set of buckets as its processes see it, closed when the test ends; in real time. */
export type OpenRateLimits = (t: TestContext, processes: number) => Promise<readonly RateLimits[]>

/** What every RateLimits owes. */
export function rateLimitsSuite(name: string, open: OpenRateLimits): void {
  describe(`rate limits: ${name}`, () => {
    const one = async (t: TestContext): Promise<RateLimits> => {
      const [limits] = await open(t, 1)
      return limits ?? assert.fail('nothing was opened')
    }

    test('give a burst at once, then say how long to wait, and keep to it', async (t) => {
      const limits = await one(t)
      const rate: Rate = { perSecond: 100, burst: 20 }
      assert.equal(takenAtOnce([limits], 'a', rate), 20)
      const waitMs = limits.take('a', 1, rate)
      assert.ok(waitMs > 0 && waitMs <= 1_000, `${waitMs} ms`)
      assert.ok(Number.isInteger(waitMs))
      await taken(limits, 'a', 1, rate)
    })

    test('take nothing when they say to wait', async (t) => {
      const limits = await one(t)
      const rate: Rate = { perSecond: 1, burst: 10 }
      assert.equal(limits.take('a', 4, rate), 0)
      assert.ok(limits.take('a', 9, rate) > 0)
      assert.equal(limits.take('a', 6, rate), 0)
    })

    test('keep keys apart, odd ones too', async (t) => {
      const limits = await one(t)
      const rate: Rate = { perSecond: 1, burst: 5 }
      for (const key of ['a', 'A', 'a ', 'a:b', '', 'é😀', '__proto__']) {
        assert.equal(takenAtOnce([limits], key, rate), 5, key)
      }
    })

    test('give more than a burst to who waits for a full bucket, and then nobody anything for long', async (t) => {
      const limits = await one(t)
      const rate: Rate = { perSecond: 200, burst: 10 }
      assert.equal(limits.take('a', 50, rate), 0)
      const startMs = performance.now()
      await taken(limits, 'a', 10, rate)
      assert.ok(performance.now() - startMs >= 200 - 20, `${performance.now() - startMs} ms`)
    })

    test('go by the newest rate', async (t) => {
      const limits = await one(t)
      takenAtOnce([limits], 'a', { perSecond: 0.001, burst: 5 })
      await taken(limits, 'a', 5, { perSecond: 1_000, burst: 5 })
    })

    test('take fractions of a token a second, and of many thousands', async (t) => {
      const limits = await one(t)
      const slow: Rate = { perSecond: 0.5, burst: 1 }
      assert.equal(limits.take('slow', 1, slow), 0)
      assert.ok(limits.take('slow', 1, slow) > 1_000)
      const fast: Rate = { perSecond: 50_000, burst: 50_000 }
      assert.ok(takenAtOnce([limits], 'fast', fast) >= 50_000)
    })

    test('are shared by processes, whose sum keeps to the rate', async (t) => {
      const processes = await open(t, 3)
      const rate: Rate = { perSecond: 300, burst: 60 }
      const startMs = performance.now()
      let sum = 0
      while (performance.now() - startMs < 1_500) {
        sum += takenAtOnce(processes, 'a', rate)
        await pause(5)
      }
      const seconds = (performance.now() - startMs) / 1_000
      const most = 2 * rate.burst + rate.perSecond * seconds
      assert.ok(sum <= most, `${sum} taken, of ${most}`)
      // Nor is much left lying about.
      assert.ok(sum >= 0.5 * rate.perSecond * seconds, `${sum} taken in ${seconds} s`)
    })

    test('give to the one process that asks what the others leave', async (t) => {
      const [busy, ...others] = await open(t, 3)
      assert.ok(busy)
      const rate: Rate = { perSecond: 200, burst: 30 }
      for (const each of others) each.take('a', 1, rate)
      await pause(200)
      const startMs = performance.now()
      let sum = 0
      while (performance.now() - startMs < 2_000) {
        sum += takenAtOnce([busy], 'a', rate)
        await pause(5)
      }
      assert.ok(sum >= 0.5 * rate.perSecond * 2, `${sum} taken`)
    })
  })
}

/** Takes one by one from each in turn until all say to wait. */
export function takenAtOnce(processes: readonly RateLimits[], key: string, rate: Rate): number {
  let sum = 0
  for (const limits of processes) while (limits.take(key, 1, rate) === 0) sum += 1
  return sum
}

/** Asks, waits as told, asks again. */
export async function taken(
  limits: RateLimits,
  key: string,
  tokens: number,
  rate: Rate,
): Promise<void> {
  for (;;) {
    const waitMs = limits.take(key, tokens, rate)
    if (waitMs === 0) return
    await pause(Math.min(waitMs, 50))
  }
}
