import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryBroker } from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { partitionOf } from '../../../topology/adapters/partitioner.ts'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import { engineHeaders } from '../../../topology/contract/headers.ts'
import type { Attempt, PortTypes } from '../../../topology/contract/stage.ts'
import { pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

const textOf = (value: unknown) => (value as { readonly text: string }).text

type Answer = Attempt<PortTypes> | Error
interface Tries {
  readonly text: string
  readonly attempt: number
  readonly key: string
  readonly atMs: number
}

/** A keyed effect that answers by script and writes down every attempt it sees. */
function scripted(answer: (tries: Tries) => Answer | Promise<Answer>, log: Tries[] = []) {
  const type = typeOf('effect', {
    shape: 'keyed-effect',
    group: ({ key }) => key.split('/')[0] ?? '',
    giveUp: ({ key, value }, reason) => [
      { to: 'out', key, value: { entities: null, text: `gave up ${textOf(value)}: ${reason}` } },
    ],
    async act({ key, value }, { attempt, nowMs }) {
      const tries = { key, text: textOf(value), attempt, atMs: nowMs }
      log.push(tries)
      const given = await answer(tries)
      if (given instanceof Error) throw given
      if (given.kind !== 'done' || given.emit.length > 0) return given
      return {
        kind: 'done',
        emit: [{ to: 'out', key, value: { entities: null, text: textOf(value) } }],
      }
    },
  })
  return { type, log }
}

const done: Answer = { kind: 'done', emit: [] }
const hold: Answer = { kind: 'hold', reason: 'transient' }

const wired = (change: Parameters<typeof stageOf>[1] = { from: 'a' }) =>
  pipelineOf(
    [topicOf('a'), topicOf('out')],
    [stageOf('effect', { outputs: { out: { topic: 'out', maxHops: null } }, ...change })],
  )

describe('a lane runner', () => {
  test('keeps the order of a key while its first record is held, and lets other keys pass', async () => {
    const { engine, send, texts, clock, committed } = rig()
    const { type, log } = scripted(({ text, attempt }) =>
      text === 'a1' && attempt < 4 ? hold : done,
    )
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1', 'a2', 'a3')
    await send('a', 'B/1', 'b1', 'b2')
    await clock.advance(10)
    assert.deepEqual(await texts('out'), ['b1', 'b2'])
    await clock.advance(10_000)
    const found = await texts('out')
    assert.deepEqual(
      found.filter((text) => text.startsWith('a')),
      ['a1', 'a2', 'a3'],
    )
    assert.equal(log.filter(({ text }) => text === 'a1').length, 4)
    assert.equal(await committed('effect'), 5)
  })

  test('commits only the contiguous finished prefix', async () => {
    const { engine, send, clock, committed } = rig()
    const { type } = scripted(({ text }) =>
      text === 'first' ? new Promise<never>(() => {}) : done,
    )
    await engine(wired(), [type])
    await send('a', 'A/1', 'first')
    for (let key = 2; key < 30; key++) await send('a', `A/${key}`, 'x')
    await clock.advance(1_000)
    const total = await committed('effect')
    assert.ok(total > 0 && total < 29, `the partition of the first record stays behind: ${total}`)
  })

  test('treats a throw as a hold', async () => {
    const { engine, send, texts, clock } = rig()
    const { type } = scripted(({ attempt }) => (attempt < 3 ? new Error('boom') : done))
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1')
    await clock.advance(5_000)
    assert.deepEqual(await texts('out'), ['a1'])
    assert.deepEqual(await texts('effect.dlq'), [])
  })

  test("waits for the outside's own hint", async () => {
    const { engine, send, clock } = rig()
    const { type, log } = scripted(({ attempt }) =>
      attempt === 1 ? { kind: 'hold', reason: 'throttled', afterMs: 3_000 } : done,
    )
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1')
    await clock.advance(10_000)
    const [first, second] = log
    assert.equal((second?.atMs ?? 0) - (first?.atMs ?? 0), 3_000)
  })

  test('holds a whole group when told so, and no other', async () => {
    const { engine, send, clock } = rig()
    const { type, log } = scripted(({ key, attempt }) =>
      key === 'A/1' && attempt === 1
        ? { kind: 'hold', reason: 'auth', afterMs: 2_000, whole: true }
        : done,
    )
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1')
    await clock.advance(10)
    await send('a', 'A/2', 'a2')
    await send('a', 'B/1', 'b1')
    await clock.advance(5_000)
    const at = (text: string) => log.find((each) => each.text === text)?.atMs ?? 0
    const start = at('a1')
    assert.ok(at('a2') - start >= 2_000, 'the same account waits')
    assert.ok(at('b1') - start < 1_000, 'another account does not')
  })

  test('parks a lane held too long, keeps its order behind the park, and comes back', async () => {
    const { engine, send, texts, clock, committed } = rig()
    let open = false
    const { type } = scripted(({ key }) => (key === 'A/1' && !open ? hold : done))
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1', 'a2')
    await clock.advance(20_000)
    assert.equal((await texts('effect.park')).length, 2, 'moved to the park')
    assert.equal(await committed('effect'), 2, 'and finished in its own topic')
    await send('a', 'A/1', 'a3')
    await send('a', 'B/1', 'b1')
    await clock.advance(1_000)
    assert.deepEqual(await texts('effect.park'), ['a1', 'a2', 'a3'], 'a later one queues behind')
    assert.deepEqual(await texts('out'), ['b1'])
    open = true
    await clock.advance(30_000)
    await send('a', 'A/1', 'a4')
    await clock.advance(1_000)
    const found = (await texts('out')).filter((text) => text.startsWith('a'))
    assert.deepEqual(found, ['a1', 'a2', 'a3', 'a4'])
    assert.equal((await texts('effect.park')).length, 3, 'the key is free again')
  })

  test('a successor knows which keys queue behind the park', async () => {
    const { engine, send, texts, clock, log } = rig()
    let open = false
    const { type } = scripted(({ key }) => (key === 'A/1' && !open ? hold : done))
    const first = memoryBroker(log, clock)
    await engine(wired(), [type], first)
    await send('a', 'A/1', 'a1', 'a2')
    await clock.advance(20_000)
    first.kill()
    await send('a', 'A/1', 'a3')
    await engine(wired(), [type], memoryBroker(log, clock))
    await clock.advance(10_000)
    assert.deepEqual((await texts('effect.park')).slice(-1), ['a3'])
    open = true
    await clock.advance(60_000)
    const found = await texts('out')
    assert.deepEqual(found, ['a1', 'a2', 'a3'])
  })

  test('a successor is not misled by marks of one that had lost its place and did not know', async () => {
    const { engine, send, texts, clock, log, broker } = rig()
    const { type } = scripted(({ text, attempt }) => (text === 'a1' && attempt < 4 ? hold : done))
    const before = memoryBroker(log, clock)
    await engine(wired(), [type], before)
    before.kill()
    const key = 'A/1'
    const partition = partitionOf(key, 3)
    const put = (topic: string, value: string | null, headers = {}) =>
      broker.append([
        { topic, partition, key, value: value === null ? null : Buffer.from(value), headers },
      ])
    await put('effect.park', '{"text":"a1"}')
    await put('effect.park', '{"text":"a2"}')
    await put('effect.blocked', '1')
    // Of what it saw in the park, before another had the slot and parked `a2` behind it.
    await put('effect.blocked', '0')
    await put('effect.blocked', null, { [engineHeaders.finishedThrough]: '0' })
    await send('a', key, 'a3')
    await engine(wired(), [type], memoryBroker(log, clock))
    await clock.advance(60_000)
    assert.deepEqual(await texts('out'), ['a1', 'a2', 'a3'])
    const free = await broker.read(
      { topic: 'effect.blocked', partition, offset: 4 },
      { maxRecords: 1, maxWaitMs: 0 },
    )
    assert.deepEqual(
      free.map(({ value, headers }) => [value, headers[engineHeaders.finishedThrough]]),
      [[null, '2']],
    )
  })

  test('gives up what the park held too long: told, kept, and the lane goes on', async () => {
    const { engine, send, texts, clock } = rig()
    const { type } = scripted(({ text }) => (text === 'a1' ? hold : done))
    await engine(wired(), [type])
    await send('a', 'A/1', 'a1', 'a2')
    await clock.advance(700_000)
    assert.deepEqual(await texts('out'), ['gave up a1: transient', 'a2'])
    assert.deepEqual(await texts('effect.dlq'), ['a1'])
  })

  test('parks at once what exceeds the budget of a group', async () => {
    const { engine, send, texts, clock } = rig()
    const { type } = scripted(({ key }) => (key.startsWith('A/') ? hold : done))
    const budget = { records: 200, bytes: 1_000_000, perGroup: 5 }
    await engine(wired({ from: 'a', window: budget }), [type])
    for (let key = 0; key < 12; key++) await send('a', `A/${key}`, `a${key}`)
    await clock.advance(500)
    assert.ok((await texts('effect.park')).length >= 7, 'most of the account is parked')
    await send('a', 'B/1', 'b1')
    await clock.advance(500)
    assert.deepEqual(await texts('out'), ['b1'])
  })

  test('pauses a partition whose window is full instead of filling memory', async () => {
    const { engine, send, clock, log } = rig()
    const { type, log: tries } = scripted(() => new Promise<never>(() => {}))
    const small = { records: 10, bytes: 1_000_000, perGroup: 1_000 }
    await engine(
      pipelineOf(
        [topicOf('a', 1), topicOf('out', 1)],
        [stageOf('effect', { from: 'a', concurrency: 1_000, window: small, outputs: {} })],
      ),
      [type],
    )
    for (let batch = 0; batch < 30; batch++) {
      for (let key = 0; key < 100; key++) void send('a', `A/${batch}-${key}`, 'x')
    }
    await clock.advance(1_000)
    assert.equal(log.partitions('a')[0]?.next, 3_000)
    assert.ok(tries.length < 1_100, `one hand-over beyond the window at most: ${tries.length}`)
  })

  test('drains on stop: what runs may finish, and its end is committed', async () => {
    const { engine, send, texts, clock, committed } = rig()
    const { type } = scripted(async () => {
      await clock.sleep(500)
      return done
    })
    const running = await engine(wired(), [type])
    await send('a', 'A/1', 'a1', 'a2')
    await clock.advance(100)
    const stopped = running.stop()
    await clock.advance(2_000)
    await stopped
    assert.deepEqual(await texts('out'), ['a1'])
    assert.equal(await committed('effect'), 1)
  })

  test('lets an effect tell when its call ended', async () => {
    const { engine, send, clock } = rig()
    const tookMs: number[] = []
    const timed = typeOf('effect', {
      shape: 'keyed-effect',
      group: () => 'g',
      giveUp: () => [],
      async act(_record, { nowMs, now }) {
        await clock.sleep(300)
        tookMs.push(now() - nowMs)
        return done
      },
    })
    await engine(wired(), [timed])
    await send('a', 'A/1', 'a1')
    await clock.advance(1_000)
    assert.deepEqual(tookMs, [300])
  })

  test('aborts what outlives the drain', async () => {
    const { engine, send, clock } = rig()
    let aborted = false
    const stuck = typeOf('effect', {
      shape: 'keyed-effect',
      group: () => 'g',
      giveUp: () => [],
      act: (_record, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true
            resolve({ kind: 'hold', reason: 'aborted' })
          })
        }),
    })
    const running = await engine(wired(), [stuck])
    await send('a', 'A/1', 'a1')
    await clock.advance(100)
    const stopped = running.stop()
    await clock.advance(900)
    assert.equal(aborted, false, 'the drain is a second')
    await clock.advance(10_000)
    await stopped
    assert.equal(aborted, true)
  })

  test('lets the effect write down what it left over before its partitions go', async () => {
    const { engine, send, clock } = rig()
    const away = new Chat4AllError('C4A_STORE_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })
    const calls: string[] = []
    const leaving = typeOf('effect', {
      shape: 'keyed-effect',
      group: () => 'g',
      giveUp: () => [],
      async act() {
        calls.push('act')
        await clock.sleep(300)
        calls.push('acted')
        throw away
      },
      async drain() {
        calls.push('drain')
        if (calls.length < 6) throw away
      },
    })
    const one = pipelineOf([topicOf('a', 1)], [stageOf('effect', { from: 'a' })])
    const running = await engine(one, [leaving])
    await send('a', 'A/1', 'a1')
    await clock.advance(100)
    const stopped = running.stop()
    await clock.advance(5_000)
    await stopped
    assert.deepEqual(calls.slice(0, 4), ['act', 'acted', 'drain', 'drain'])
    assert.ok(calls.length >= 6, `until it succeeds: ${calls}`)
  })

  test('does not wait longer for it than the drain', async () => {
    const { engine, clock } = rig()
    let calls = 0
    const away = new Chat4AllError('C4A_STORE_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })
    const stuck = typeOf('effect', {
      shape: 'keyed-effect',
      group: () => 'g',
      giveUp: () => [],
      act: async () => ({ kind: 'done', emit: [] }),
      async drain() {
        calls++
        throw away
      },
    })
    const running = await engine(wired(), [stuck])
    const stopped = running.stop()
    await clock.advance(10_000)
    await stopped
    assert.ok(calls > 3)
  })

  test('buries what cannot be read and what the effect gives up on, and goes on', async () => {
    const { engine, send, texts, clock } = rig()
    const { type } = scripted(({ text, key }) =>
      text === 'hopeless'
        ? {
            kind: 'dead',
            reason: 'never',
            emit: [{ to: 'out', key, value: { entities: null, text: 'failed' } }],
          }
        : done,
    )
    await engine(wired(), [type])
    await send('a', 'A/1', '!broken', 'hopeless', 'fine')
    await clock.advance(1_000)
    assert.deepEqual(await texts('out'), ['failed', 'fine'])
    assert.deepEqual(await texts('effect.dlq'), ['!broken', 'hopeless'])
  })
})
