import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, type TestContext, test } from 'node:test'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import { redisUploadLocker } from '../../../storage/adapters/redis/upload-locker.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { noRedis, testRedis } from './test-redis.ts'

const server = await testRedis()
const { signal } = new AbortController()
const fast = { leaseMs: 400, beatMs: 20, timeoutMs: 3_000 }
const never = () => assert.fail('it is asked to let go')

if (!server) {
  test('locks of uploads in Redis', { skip: noRedis }, () => {})
} else {
  after(() => server.remove())

  const lockerOf = (t: TestContext, options = fast) => {
    const redis = openRedis({ url: server.url })
    t.after(() => redis.disconnect())
    return { redis, locker: redisUploadLocker(redis, options) }
  }

  describe('locks of uploads in Redis', () => {
    test('are held for as long as their holder lives', async (t) => {
      const id = randomUUID()
      const lock = lockerOf(t).locker.newLock(id)
      await lock.lock(signal, () => {})
      const late = lockerOf(t, { ...fast, timeoutMs: 3 * fast.leaseMs }).locker.newLock(id)
      await assert.rejects(late.lock(signal, never), { body: /lock/ })
      await lock.unlock()
      await late.lock(signal, never)
      await late.unlock()
    })

    test('ask their holder to let go, and are had by one at a time', async (t) => {
      const id = randomUUID()
      const inside: number[] = []
      let most = 0
      let left = 3
      const writer = async (nth: number): Promise<void> => {
        const lock = lockerOf(t).locker.newLock(id)
        const leave = Promise.withResolvers<void>()
        await lock.lock(signal, () => leave.resolve())
        inside.push(nth)
        most = Math.max(most, inside.length)
        // Whoever is the last has nobody to ask him.
        if (left > 1) await leave.promise
        left -= 1
        inside.pop()
        await lock.unlock()
      }
      await Promise.all([0, 1, 2].map(writer))
      assert.equal(most, 1)
    })

    test('are free when their holder died, and the dead one learns it if it comes back', async (t) => {
      const id = randomUUID()
      const dead = lockerOf(t)
      let told = false
      const lock = dead.locker.newLock(id)
      await lock.lock(signal, () => {
        told = true
      })
      // It is frozen for longer than its lease, and another comes.
      await dead.redis.del(`c4a:upload:${id}`)
      const heir = lockerOf(t).locker.newLock(id)
      await heir.lock(signal, never)
      await t.waitFor(() => assert.ok(told), { timeout: 3_000 })
      await lock.unlock()
      // What the dead one let go was not the heir's.
      assert.equal(await dead.redis.exists(`c4a:upload:${id}`), 1)
      await heir.unlock()
    })
  })
}

test('without Redis no upload is written to', async (t) => {
  const redis = openRedis({ url: 'redis://127.0.0.1:1', timeoutMs: 200 })
  t.after(() => redis.disconnect())
  const lock = redisUploadLocker(redis, fast).newLock('x')
  await assert.rejects(lock.lock(signal, never), (e) => isCode(e, 'C4A_STORE_UNREACHABLE'))
  await lock.unlock()
})
