import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { contentCodec } from '../../../domain/content-codec.ts'
import { keyedIds } from '../../../domain/ids.ts'
import { loadSchemas } from '../../../schemas/load.ts'
import { stageTypes } from '../../../stages/index.ts'
import { memoryDirectory } from '../../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../../storage/adapters/memory/people.ts'
import { degradingSeen } from '../../../storage/adapters/redis/degrading-seen.ts'
import { openRedis } from '../../../storage/adapters/redis/open-redis.ts'
import { redisSeen } from '../../../storage/adapters/redis/seen.ts'
import type { SeenWindow } from '../../../storage/ports/seen.ts'
import { memoryLog } from '../../../topology/adapters/memory-broker/memory-log.ts'
import { memoryTimers } from '../../../topology/adapters/memory-timers.ts'
import { avroCodec } from '../../../topology/codec/avro-codec.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { loadPipeline } from '../../../topology/pipeline/load.ts'
import type { Pipeline } from '../../../topology/pipeline/model.ts'
import { memoryRegistry } from '../../../topology/registry/memory.ts'
import { topicSpecs } from '../../../topology/runner/compile.ts'
import { Chance } from '../../simulation/chance.ts'
import { HubClient } from '../../simulation/hub-client.ts'
import { type Cluster, HubProcess } from '../../simulation/hub-process.ts'
import { Platform } from '../../simulation/platform.ts'
import { Receiver } from '../../simulation/receiver.ts'
import { endingClock } from './ending-clock.ts'
import { temporaryRedis } from './temporary-redis.ts'

const server = await temporaryRedis()

if (!server) {
  const why = 'no redis-server is installed: these stop one of their own'
  test('a Redis that fails', { skip: why }, () => {})
} else {
  after(() => server.remove())

  function windowOf(t: TestContext, timeoutMs?: number): SeenWindow {
    const redis = openRedis({ url: server?.url ?? '', ...(timeoutMs ? { timeoutMs } : {}) })
    t.after(() => redis.disconnect())
    return redisSeen(redis, randomUUID())
  }

  describe('a Redis that fails', () => {
    test('is unreachable while it is away, without naming a secret, and found again', async (t) => {
      const url = new URL(server.url)
      url.username = 'hub'
      url.password = 'tres-secret'
      const refused = openRedis({ url: url.href })
      t.after(() => refused.disconnect())
      const seen = windowOf(t)
      await seen.claim([claim], Date.now())
      await assert.rejects(redisSeen(refused, 'x').claim([claim], 0), (error) => {
        assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'))
        assert.doesNotMatch(everythingIn(error), /tres-secret/)
        return true
      })
      await server.stop()
      await assert.rejects(seen.claim([claim], Date.now()), isAway)
      await server.start()
      assert.deepEqual(await answered(seen), ['first'])
    })

    test('is unreachable while it hangs', async (t) => {
      const seen = windowOf(t, 200)
      await seen.claim([claim], Date.now())
      server.freeze()
      await assert.rejects(seen.claim([claim], Date.now()), isAway)
      server.thaw()
      assert.deepEqual(await answered(seen), ['first'])
    })

    test('flushed and stopped under load costs no message, no second send and no order', async (t) => {
      const told: boolean[] = []
      const window = degradingSeen(windowOf(t, 200), {
        now: () => performance.now(),
        report: (degraded) => told.push(degraded),
        patienceMs: 300,
        probeEveryMs: 50,
      })
      const { client, platform, stop } = await startedHub(window)
      t.after(stop)
      // Of people with one phone: who has another is written to there, too, where nothing is delivered in time.
      const chats = client.chats(8).filter(({ group, fallback }) => !group && !fallback)
      const ask = (how: 'say' | 'repeat', from: number, to: number) =>
        Promise.all(
          chats.map(async (chat, nth) => {
            for (let n = from; n < to; n++)
              await client[how](chat, `m-${nth}-${n}`, `t ${nth} ${n}`)
          }),
        )
      /** The last of each chat has arrived, so all before it were decided. */
      const arrived = async (upTo: number) => {
        while (!chats.every((_, nth) => textsOf(platform, nth).includes(`t ${nth} ${upTo - 1}`))) {
          await pause(5)
        }
      }

      await ask('say', 0, 20)
      await arrived(20)
      await openAndFlush()
      await ask('repeat', 0, 20)
      await ask('say', 20, 30)
      await arrived(30)

      await server.stop()
      await ask('say', 30, 40)
      await ask('repeat', 0, 40)
      await ask('say', 40, 50)
      await arrived(50)
      assert.deepEqual(told, [true])

      await server.start()
      await ask('say', 50, 60)
      await arrived(60)
      while (told.length < 2) {
        await ask('repeat', 59, 60)
        await pause(20)
      }
      await ask('repeat', 0, 60)
      await ask('say', 60, 61)
      await arrived(61)

      assert.deepEqual(told, [true, false])
      for (const [nth] of chats.entries()) {
        const expected = Array.from({ length: 61 }, (_, n) => `t ${nth} ${n}`)
        assert.deepEqual(textsOf(platform, nth), expected)
      }
    })
  })

  async function openAndFlush(): Promise<void> {
    const redis = openRedis({ url: server?.url ?? '' })
    await redis.flushall()
    redis.disconnect()
  }
}

const claim = {
  tenant: 'default',
  direction: 'outbound',
  messageId: 'm-1',
  submissionId: 's-1',
  digest: 'aa',
  windowMs: 3_600_000,
}

const isAway = (error: unknown) => isCode(error, 'C4A_STORE_UNREACHABLE')

/** The first answer that is none of "away". */
async function answered(seen: SeenWindow) {
  for (;;) {
    try {
      return await seen.claim([claim], Date.now())
    } catch (error) {
      assert.ok(isAway(error))
      await pause(5)
    }
  }
}

const textsOf = ({ arrivals }: Platform, nth: number) =>
  arrivals.map(({ text }) => text).filter((text) => text.startsWith(`t ${nth} `))

function everythingIn(error: unknown): string {
  const { cause } = error as Error // thrown by us
  return JSON.stringify([
    String(error),
    String(cause),
    { ...(error as Error) },
    { ...Object(cause) },
  ])
}

/** A hub in memory but for its window, in real time and with a platform that takes everything. */
async function startedHub(seen: SeenWindow) {
  const codec = await avroCodec(loadSchemas(), memoryRegistry())
  const chance = new Chance(1)
  const clock = endingClock()
  const pipeline = shipped()
  const log = memoryLog(clock)
  log.ensureTopics(topicSpecs(pipeline, stageTypes))
  const platform = new Platform(clock, chance, () => {})
  platform.rates = { retry: 0, refused: 0, unknown: 0, slow: 0 }
  const cluster: Cluster = {
    clock,
    chance,
    log,
    pipeline,
    codec,
    content: contentCodec(codec),
    ids: keyedIds(Buffer.from('a secret')),
    stores: {
      seen,
      ledger: memoryLedger(),
      timers: memoryTimers(),
      history: memoryHistory(),
      directory: memoryDirectory(),
      people: memoryPeople(memoryDirectory()),
    },
    platform,
    receiver: new Receiver(clock, chance),
    poisoned: new Map(),
    hostility: { kill: 0, unreachable: 0, delay: 0 },
  }
  const hub = new HubProcess(cluster, () => {})
  await hub.start()
  const stop = async () => {
    await hub.stop()
    clock.end()
  }
  return { client: new HubClient(cluster), platform, stop }
}

function shipped(): Pipeline {
  const file = join(import.meta.dirname, '..', '..', '..', 'pipeline.yaml')
  const { pipeline } = loadPipeline(readFileSync(file, 'utf8'), 'pipeline.yaml', stageTypes)
  assert.ok(pipeline)
  return pipeline
}
