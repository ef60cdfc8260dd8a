import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, type TestContext, test } from 'node:test'
import { redisFanOut } from '../../../storage/adapters/redis/fan-out.ts'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import type { FanOut } from '../../../storage/ports/fan-out.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { ear, fanOutSuite } from '../../conformance/fan-out.ts'
import { until } from '../../until.ts'
import { temporaryRedis } from './temporary-redis.ts'
import { noRedis, testRedis } from './test-redis.ts'

const server = await testRedis()
const own = await temporaryRedis()

interface Options {
  readonly timeoutMs?: number
  readonly maxPending?: number
  readonly report?: (why: unknown) => void
}

function opened(t: TestContext, url: string, options: Options = {}): FanOut {
  const { timeoutMs = 2_000, maxPending = 1_000, report = () => {} } = options
  const redis = openRedis({ url, timeoutMs })
  const fanOut = redisFanOut(redis, { report, maxPending, probeEveryMs: 50 })
  t.after(() => {
    fanOut.close()
    redis.disconnect()
  })
  return fanOut
}

if (!server || !own) {
  test('the fan-out through Redis', { skip: noRedis }, () => {})
} else {
  after(() => Promise.all([server.remove(), own.remove()]))

  fanOutSuite('Redis', async (t, processes) => {
    // Keys of this case alone, on a server that others use too.
    const prefix = randomUUID()
    return Array.from({ length: processes }, () => withPrefix(opened(t, server.url), prefix))
  })

  describe('the fan-out through a Redis that fails', () => {
    test('tells whoever listens that something was missed, once it is back, and then goes on', async (t) => {
      const reported: unknown[] = []
      const report = (why: unknown) => reported.push(why)
      const from = opened(t, own.url, { report })
      let lost = false
      const to = opened(t, own.url, {
        report: () => {
          lost = true
        },
      })
      const before = [ear(to, 'a'), ear(to, 'a'), ear(to, 'b')]
      await Promise.all(before.map(({ ready }) => ready))
      from.publish('a', Buffer.from('before'))
      assert.deepEqual(await before[0]?.take(1), ['before'])

      await own.stop()
      await until('the listening connection has ended', () => lost)
      const meanwhile = ear(to, 'a')
      from.publish('a', Buffer.from('lost'))
      await until('it says that Redis is away', () => reported.length > 0)
      assert.ok(isCode(reported[0], 'C4A_STORE_UNREACHABLE'))
      assert.deepEqual(
        before.map((each) => each.missed()),
        [0, 0, 0],
      )

      await own.start()
      await until('all hear that they missed something', () =>
        [...before, meanwhile].every((each) => each.missed() > 0),
      )
      await meanwhile.ready
      await untilTold(() => from.publish('a', Buffer.from('after')), meanwhile.heard)
      assert.equal(before[1]?.heard[1], 'after')
      assert.deepEqual(
        [...before, meanwhile].map((each) => each.missed()),
        [1, 1, 1, 1],
      )
    })

    test('notices a server that hangs', async (t) => {
      let lost = false
      const report = () => {
        lost = true
      }
      const from = opened(t, own.url)
      const to = opened(t, own.url, { timeoutMs: 500, report })
      const each = ear(to, 'a')
      await each.ready
      own.freeze()
      await until('it notices that Redis hangs', () => lost)
      own.thaw()
      await until('it hears that it missed something', () => each.missed() > 0)
      await untilTold(() => from.publish('a', Buffer.from('after')), each.heard)
    })

    test('drops what is too much at once, and says so', async (t) => {
      const reported: unknown[] = []
      const fanOut = opened(t, own.url, { maxPending: 10, report: (why) => reported.push(why) })
      const each = ear(fanOut, 'a')
      await each.ready
      for (let n = 0; n < 25; n++) fanOut.publish('a', Buffer.from(String(n)))
      assert.equal(reported.length, 15)
      assert.equal((await each.take(10)).at(-1), '9')
    })

    test('leaves no subscription behind', async (t) => {
      const fanOut = opened(t, own.url)
      const redis = openRedis({ url: own.url })
      t.after(() => redis.disconnect())
      const channels = () => redis.call('PUBSUB', 'SHARDCHANNELS', 'c4a:tell:left-*')
      const early = ear(fanOut, 'left-early')
      early.leave()
      const ears = [ear(fanOut, 'left-1'), ear(fanOut, 'left-1'), ear(fanOut, 'left-2')]
      await Promise.all(ears.map(({ ready }) => ready))
      assert.equal(((await channels()) as unknown[]).length, 2)
      for (const each of ears) each.leave()
      await until(
        'nothing is subscribed to',
        async () => ((await channels()) as unknown[]).length === 0,
      )
    })
  })
}

/** Said again until it is heard: the publishing connection comes back in its own time. */
async function untilTold(publish: () => void, heard: readonly string[]): Promise<void> {
  await until('it is told again', () => {
    if (heard.at(-1) === 'after') return true
    publish()
    return false
  })
}

const withPrefix = (fanOut: FanOut, prefix: string): FanOut => ({
  ...fanOut,
  publish: (key, bytes) => fanOut.publish(`${prefix}${key}`, bytes),
  listen: (key, listener) => fanOut.listen(`${prefix}${key}`, listener),
})
