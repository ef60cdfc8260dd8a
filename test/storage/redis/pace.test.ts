import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Pace } from '../../../stages/pace.ts'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import { redisRateLimits } from '../../../storage/adapters/redis/rate-limits.ts'
import { deliveryOf } from '../../stages/fixtures.ts'
import { noRedis, testRedis } from './test-redis.ts'

const server = await testRedis()
const account = { perSecond: 60, burst: 30 }
const conversation = { perSecond: 5, burst: 2 }

if (!server) {
  test('pace over Redis', { skip: noRedis }, () => {})
} else {
  after(() => server.remove())

  test('processes that send for one account keep to its rate together, and to that of each person', async (t) => {
    const rates = { account, conversation, group: null }
    const three = Array.from({ length: 3 }, () => {
      const redis = openRedis({ url: server.url })
      const limits = redisRateLimits(redis, { processes: 3, report: () => {}, renewEveryMs: 10 })
      t.after(async () => {
        await limits.close()
        redis.disconnect()
      })
      return new Pace(limits, rates, () => false)
    })
    // An account of this test alone, on a server that others use too.
    const its = randomUUID()
    const anybody = () => deliveryOf({ account: its, address: randomUUID() })
    const ana = () => deliveryOf({ account: its, address: 'ana' })
    let [sent, toAna] = [0, 0]
    const startMs = performance.now()
    const seconds = () => (performance.now() - startMs) / 1_000
    while (seconds() < 3) {
      for (const pace of three) {
        if (pace.wait(ana(), Date.now()).afterMs === 0) toAna++
        while (pace.wait(anybody(), Date.now()).afterMs === 0) sent++
      }
      await pause(5)
    }
    const most = ({ perSecond, burst }: typeof account) => burst + perSecond * seconds()
    // Ahead by a burst in all and one of each process, for a moment (storage/ports/rate-limits.ts).
    const ahead = ({ burst }: typeof account) => burst + three.length
    assert.ok(sent + toAna <= most(account) + ahead(account), `${sent} in ${seconds()} s`)
    assert.ok(toAna <= most(conversation) + ahead(conversation), `${toAna} to one person`)
    // One of them alone would have a third.
    assert.ok(sent + toAna >= 0.7 * account.perSecond * 3, `only ${sent}`)
  })
}
