import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

const shout = typeOf('shout', {
  shape: 'transform',
  run: ({ key, value }) => {
    const { text } = value as { readonly text: string }
    return [{ to: 'out', key, value: { entities: null, text: text.toUpperCase() } }]
  },
})

describe('a batch runner that lingers', () => {
  test('lets records of a few milliseconds come together, but takes the first after a rest at once', async () => {
    const batches: number[] = []
    const { engine, send, texts, clock } = rig({
      batch: (_stage, records) => batches.push(records),
    })
    await engine(
      pipelineOf(
        [topicOf('a', 1), topicOf('b', 1)],
        [
          stageOf('shout', {
            from: 'a',
            lingerMs: { min: 50, max: 50 },
            outputs: { out: { topic: 'b', maxHops: null } },
          }),
        ],
      ),
      [shout],
    )
    await clock.advance(1_000)
    await send('a', 'k', 'first')
    await clock.advance(5)
    assert.deepEqual(await texts('b'), ['FIRST'])
    for (const text of ['x', 'y', 'z']) await send('a', 'k', text)
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['FIRST', 'X', 'Y', 'Z'])
    assert.deepEqual(batches, [1, 3])
  })

  test('lingers the longer the fuller the batch before was', async () => {
    const batches: number[] = []
    const { engine, send, clock } = rig({ batch: (_stage, records) => batches.push(records) })
    const patient = stageOf('shout', { from: 'a', lingerMs: { min: 10, max: 1_010 } })
    const sink = { ...shout, create: () => ({ shape: 'transform' as const, run: () => [] }) }
    await engine(pipelineOf([topicOf('a', 1)], [patient]), [sink])
    await clock.advance(2_000)
    const sendMany = async (count: number) => {
      for (let n = 0; n < count; n += 1) await send('a', 'k', String(n))
    }
    await send('a', 'k', 'first')
    await clock.advance(5)
    // One of a hundred: 10 ms and a hundredth of a second.
    await sendMany(40)
    await clock.advance(30)
    assert.deepEqual(batches, [1, 40])
    await sendMany(7)
    await clock.advance(350)
    assert.deepEqual(batches, [1, 40], 'forty of a hundred: some 410 ms')
    await clock.advance(80)
    assert.deepEqual(batches, [1, 40, 7])
  })

  test('takes a thousand records for full where more would go into a batch', async () => {
    const batches: number[] = []
    const meter = { batch: (_stage: string, records: number) => batches.push(records) }
    const { engine, broker, send, clock } = rig(meter, undefined, { maxBatch: 4_000 })
    const patient = stageOf('shout', {
      from: 'a',
      lingerMs: { min: 10, max: 1_010 },
      window: { records: 10_000, bytes: 1e9, perGroup: 10_000 },
    })
    const sink = { ...shout, create: () => ({ shape: 'transform' as const, run: () => [] }) }
    await engine(pipelineOf([topicOf('a', 1)], [patient]), [sink])
    await clock.advance(2_000)
    const record = { topic: 'a', key: 'k', value: Buffer.from('{}'), headers: {} }
    void broker.append(Array.from({ length: 1_500 }, () => record))
    await clock.advance(600)
    assert.deepEqual(batches, [500, 1_000], 'the broker hands over 500 at first')
    await send('a', 'k', 'late')
    await clock.advance(900)
    assert.deepEqual(batches, [500, 1_000])
    await clock.advance(200)
    assert.deepEqual(batches, [500, 1_000, 1])
  })

  test('does not linger over a batch that is full', async () => {
    const batches: number[] = []
    const { engine, broker, clock } = rig({ batch: (_stage, records) => batches.push(records) })
    const patient = stageOf('shout', { from: 'a', lingerMs: { min: 1e9, max: 1e9 } })
    const sink = { ...shout, create: () => ({ shape: 'transform' as const, run: () => [] }) }
    await engine(pipelineOf([topicOf('a', 1)], [patient]), [sink])
    await clock.advance(1_000)
    const records = Array.from({ length: 250 }, () => ({
      topic: 'a',
      key: 'k',
      value: Buffer.from('{}'),
      headers: {},
    }))
    void broker.append(records)
    await clock.advance(1_000)
    assert.deepEqual(batches, [100, 100], 'the rest of 50 waits')
  })

  test('takes all that waits where a batch acts on the outside, and waits for no more of one partition than others do', async () => {
    const batches: number[] = []
    const gate = Promise.withResolvers<void>()
    const write = typeOf('write', {
      shape: 'batch-effect',
      async act(batch) {
        batches.push(batch.length)
        if (batches.length === 1) await gate.promise
        return batch.map(() => [])
      },
    })
    const { engine, broker, clock } = rig({}, undefined, { maxEffectBatch: 400 })
    const patient = stageOf('write', { from: 'a', lingerMs: { min: 1e9, max: 1e9 } })
    await engine(pipelineOf([topicOf('a', 1)], [patient]), [write])
    await clock.advance(1_000)
    const record = { topic: 'a', key: 'k', value: Buffer.from('{}'), headers: {} }
    const append = (count: number) => broker.append(Array.from({ length: count }, () => record))
    void append(100)
    await clock.advance(1_000)
    void append(170)
    await clock.advance(1_000)
    gate.resolve()
    await clock.advance(1_000)
    assert.deepEqual(batches, [100, 170])
    void append(99)
    await clock.advance(1_000)
    assert.deepEqual(batches, [100, 170], 'lingers')
    void append(1)
    await clock.advance(1_000)
    assert.deepEqual(batches, [100, 170, 100])
  })

  test('waits for as many as one may have where a batch acts on the outside and many partitions bring little', async () => {
    const batches: number[] = []
    const write = typeOf('write', {
      shape: 'batch-effect',
      async act(batch) {
        batches.push(batch.length)
        return batch.map(() => [])
      },
    })
    const { engine, broker, clock } = rig({}, undefined, { maxEffectBatch: 400 })
    const patient = stageOf('write', { from: 'a', lingerMs: { min: 1e9, max: 1e9 } })
    await engine(pipelineOf([topicOf('a', 8)], [patient]), [write])
    await clock.advance(1_000)
    const value = Buffer.from('{}')
    const append = (each: number) =>
      broker.append(
        Array.from({ length: 8 * each }, (_, nth) => {
          return { topic: 'a', partition: nth % 8, key: `k${nth % 8}`, value, headers: {} }
        }),
      )
    void append(1)
    await clock.advance(1_000)
    assert.deepEqual(batches, [8], 'what comes after a rest is taken at once')
    void append(49)
    await clock.advance(1_000)
    assert.deepEqual(batches, [8], 'not 400 yet, and no partition has 100')
    void append(1)
    await clock.advance(1_000)
    assert.equal(batches[1], 400)
  })
})
