import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, type TestContext, test } from 'node:test'
import type { Redis } from 'ioredis'
import { memorySeen } from '../../../storage/adapters/memory/seen.ts'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import { redisSeen } from '../../../storage/adapters/redis/seen.ts'
import type { SeenWindow } from '../../../storage/ports/seen.ts'
import type { Reopening } from '../../conformance/reopening.ts'
import { seenSuite } from '../../conformance/seen.ts'
import { seededRandom } from '../../random.ts'
import { seenClaims } from '../seen-claims.ts'
import { noRedis, testRedis } from './test-redis.ts'

const server = await testRedis()

if (!server) {
  test('the seen window in Redis', { skip: noRedis }, () => {})
} else {
  after(() => server.remove())

  function connected(t: TestContext): Redis {
    const redis = openRedis({ url: server?.url ?? '' })
    t.after(() => redis.disconnect())
    return redis
  }

  // The secret makes the keys, so a new one is an empty window on any server.
  let secret = ''
  const windows: Reopening<SeenWindow> = {
    async fresh(t) {
      secret = randomUUID()
      return redisSeen(connected(t), secret)
    },
    reopened: async (t) => redisSeen(connected(t), secret),
  }

  seenSuite('Redis', windows)

  describe('the seen window in Redis', () => {
    for (let seed = 1; seed <= 6; seed++) {
      test(`tells what the one in memory tells, seed ${seed}`, async (t) => {
        const random = seededRandom(seed)
        const [ours, reference] = [await windows.fresh(t), memorySeen()]
        // Redis frees what is over by its own clock: no window here ends before the test does.
        const lengthened = 1_000_000
        let nowMs = 1_000_000
        for (let step = 0; step < 60; step++) {
          nowMs += random.below(40) * lengthened
          const claims = seenClaims(random).map((claim) => ({
            ...claim,
            windowMs: claim.windowMs * lengthened,
          }))
          assert.deepEqual(await ours.claim(claims, nowMs), await reference.claim(claims, nowMs))
        }
      })
    }

    test('is shared by processes, of which one gets an id that all claim at once', async (t) => {
      const first = await windows.fresh(t)
      const all = [first, await windows.reopened(t), await windows.reopened(t)]
      const verdicts = await Promise.all(all.map((seen, at) => seen.claim(claims(500, at), noon)))
      const firsts = verdicts.flat().filter((verdict) => verdict === 'first')
      assert.equal(firsts.length, 500)
      assert.equal(new Set(verdicts.flat()).size, 2)
    })

    test('leaves nothing behind when a window is over, and no id in the clear', async (t) => {
      const seen = await windows.fresh(t)
      const redis = connected(t)
      const names = async () => (await redis.keysBuffer('*')).map((key) => key.toString('latin1'))
      const before = new Set(await names())
      await seen.claim(claims(100, 0, 60_000), Date.now())
      const added = (await names()).filter((key) => !before.has(key))
      assert.equal(added.length, 100)
      assert.ok(added.every((key) => !/message|tenant/.test(key)))
      const leftMs = await redis.pttl(Buffer.from(added[0] ?? '', 'latin1'))
      assert.ok(leftMs > 50_000 && leftMs <= 60_000, `${leftMs} ms left`)
    })
  })
}

const noon = 1_764_000_000_000

const claims = (many: number, owner: number, windowMs = 3_600_000) =>
  Array.from({ length: many }, (_, at) => ({
    tenant: 'a tenant',
    direction: 'outbound',
    messageId: `message-${at}`,
    submissionId: `s-${owner}`,
    digest: 'aa',
    windowMs,
  }))
