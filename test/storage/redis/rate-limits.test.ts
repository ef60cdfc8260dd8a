import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LeasedBuckets } from '../../../storage/adapters/redis/leased-buckets.ts'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import { redisRateLimits } from '../../../storage/adapters/redis/rate-limits.ts'
import type { Rate, RateLimits } from '../../../storage/ports/rate-limits.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { rateLimitsSuite, taken, takenAtOnce } from '../../conformance/rate-limits.ts'
import { until } from '../../until.ts'
import { temporaryRedis } from './temporary-redis.ts'
import { noRedis, testRedis } from './test-redis.ts'

const server = await testRedis()
const own = await temporaryRedis()
const rate: Rate = { perSecond: 100, burst: 40 }

if (!server || !own) {
  test('rate limits in Redis', { skip: noRedis }, () => {})
} else {
  after(() => Promise.all([server.remove(), own.remove()]))

  function opened(
    t: TestContext,
    url: string,
    processes: number,
    report: (degraded: boolean, why?: unknown) => void = () => {},
  ): RateLimits {
    const redis = openRedis({ url })
    const limits = redisRateLimits(redis, { processes, report, renewEveryMs: 10 })
    t.after(async () => {
      await limits.close()
      redis.disconnect()
    })
    return limits
  }

  rateLimitsSuite('Redis', async (t, processes) => {
    // Keys of this case alone, on a server that others use too.
    const prefix = randomUUID()
    return Array.from({ length: processes }, () => {
      const limits = opened(t, server.url, processes)
      return { ...limits, take: (key, tokens, of) => limits.take(`${prefix}${key}`, tokens, of) }
    })
  })

  describe('rate limits in a Redis that fails', () => {
    test('go on by a share of the rate while it is away, and are whole when it is back', async (t) => {
      const told: [boolean, unknown][] = []
      const report = (degraded: boolean, why?: unknown) => told.push([degraded, why])
      const limits = opened(t, own.url, 4, report)
      const other = opened(t, own.url, 4)
      // The last time by an answer that counts both.
      for (const each of [limits, other, limits]) await granted(each)
      await own.stop()
      while (told.length === 0) {
        takenAtOnce([limits], 'a', rate)
        await pause(5)
      }
      assert.ok(isCode(told[0]?.[1], 'C4A_STORE_UNREACHABLE'))
      const startMs = performance.now()
      let sum = 0
      while (sum < 30) {
        sum += takenAtOnce([limits], 'a', rate)
        await pause(5)
      }
      const seconds = (performance.now() - startMs) / 1_000
      // Two share a hundred a second and forty at once.
      assert.ok(sum <= 50 * seconds + 20, `${sum} in ${seconds} s`)

      await own.start()
      while (told.length === 1) {
        takenAtOnce([limits], 'a', rate)
        await pause(5)
      }
      assert.deepEqual(
        told.map(([degraded]) => degraded),
        [true, false],
      )
      await granted(limits)
    })

    test('never wait for it', async (t) => {
      const limits = opened(t, own.url, 1)
      own.freeze()
      const startMs = performance.now()
      assert.equal(takenAtOnce([limits], 'frozen', rate), 40)
      assert.ok(performance.now() - startMs < 500)
      own.thaw()
    })

    test('leave nothing behind for keys that nobody uses', async (t) => {
      const limits = opened(t, own.url, 1)
      const redis = openRedis({ url: own.url })
      t.after(() => redis.disconnect())
      const key = 'c4a:rate1:of:gone'
      takenAtOnce([limits], 'gone', rate)
      await until('tokens are leased', async () => (await redis.exists(key)) === 1)
      const leftMs = await redis.pttl(key)
      assert.ok(leftMs > 0 && leftMs <= 2_000, `${leftMs} ms`)
    })
  })
}

describe('the part of a process in shared buckets', () => {
  test('is owed when it was given out unasked, and given back when nobody asks any more', () => {
    const buckets = new LeasedBuckets(() => 0, 4)
    assert.equal(buckets.take('a', 1, rate), 0)
    const [first] = buckets.settle()
    assert.deepEqual(first, { key: 'a', rate, owed: 10, wanted: 0 })
    buckets.granted(first ? [first] : [], { holders: 4, granted: [0] })
    let [back] = buckets.settle()
    for (let n = 0; n < 30 && !back; n++) [back] = buckets.settle()
    assert.deepEqual(back, { key: 'a', rate, owed: -9, wanted: 0 })
    assert.deepEqual(buckets.allBack(), [])
  })

  test('asks for what was asked of it, given or not', () => {
    const buckets = new LeasedBuckets(() => 0, 4)
    for (let n = 0; n < 15; n++) buckets.take('a', 1, rate)
    assert.deepEqual(buckets.settle(), [{ key: 'a', rate, owed: 10, wanted: 30 }])
  })

  test('fills by a share of the rate while nobody can be asked, and not beyond a share of the burst', () => {
    let nowMs = 0
    const buckets = new LeasedBuckets(() => nowMs, 4)
    buckets.take('a', 10, rate)
    buckets.refused(buckets.settle())
    assert.equal(buckets.take('a', 5, rate), 50)
    nowMs += 200
    assert.equal(buckets.take('a', 5, rate), 0)
    assert.ok(buckets.take('a', 1, rate) > 0)
    nowMs += 60_000
    assert.equal(buckets.take('a', 10, rate), 0)
    assert.ok(buckets.take('a', 1, rate) > 0)
  })

  test('stays owed when nobody could be asked', () => {
    const buckets = new LeasedBuckets(() => 0, 4)
    buckets.take('a', 10, rate)
    buckets.refused(buckets.settle())
    assert.equal(buckets.settle()[0]?.owed, 10)
  })
})

/** Takes all that there is, and then some that Redis has granted. */
async function granted(limits: RateLimits): Promise<void> {
  takenAtOnce([limits], 'a', rate)
  await taken(limits, 'a', 1, rate)
}
