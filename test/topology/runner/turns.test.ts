import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryBroker } from '../../../topology/adapters/memory-broker/memory-broker.ts'
import { jsonCodec, pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

const textOf = (value: unknown) => (value as { readonly text: string }).text
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, nth) => String(from + nth))

/** A stage that copies, in batches of up to 1,200, on a log that hands over 500 a turn and holds the first batch's append. */
async function scene({ partitions = 1, drainMs = 1_000 } = {}) {
  const decided: string[] = []
  const batches: number[] = []
  const copy = typeOf('copy', {
    shape: 'transform',
    run({ key, value }) {
      decided.push(textOf(value))
      return [{ to: 'out', key, value: { entities: null, text: textOf(value) } }]
    },
  })
  const made = rig({ batch: (_stage, records) => batches.push(records) }, jsonCodec, {
    maxBatch: 1_200,
  })
  const { clock, log, broker } = made
  const gate = Promise.withResolvers<void>()
  let appends = 0
  const held = {
    ...broker,
    append: (records: Parameters<typeof broker.append>[0]) =>
      appends++ === 0 ? gate.promise.then(() => broker.append(records)) : broker.append(records),
  }
  const outputs = { out: { topic: 'b', maxHops: null } }
  const wired = pipelineOf(
    [topicOf('a', partitions), topicOf('b', 1)],
    [stageOf('copy', { from: 'a', outputs, drainMs })],
  )
  const engine = await made.engine(wired, [copy], held)
  const successor = () => made.engine(wired, [copy], memoryBroker(log, clock))
  /** Runs tasks of this very moment until so many are decided. */
  const untilDecided = async (count: number) => {
    while (decided.length < count) assert.ok(await clock.step(), 'nothing is left to do')
  }
  const release = () => {
    gate.resolve()
    return clock.settle()
  }
  return { ...made, decided, batches, engine, successor, untilDecided, release }
}

describe('a unit of transforms', () => {
  test('decides a large batch in turns, between which others have theirs', async () => {
    const { send, clock, decided, untilDecided, release, texts } = await scene()
    await send('a', 'k', 'first')
    await untilDecided(1)
    await send('a', 'k', ...numbers(1, 1_200))
    await clock.advance(10)
    await release()
    const seen: number[] = []
    const look = () => {
      seen.push(decided.length - 1)
      if (decided.length <= 1_200) clock.after(0, look)
    }
    look()
    await clock.advance(0)
    assert.deepEqual([...new Set(seen)], [500, 1_000, 1_200])
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['first', ...numbers(1, 1_200)])
  })

  test('gives a half decided batch up when its partition is to go and time is over, for the next owner', async () => {
    const { send, clock, decided, untilDecided, release, texts, engine, committed, successor } =
      await scene({ drainMs: 0 })
    await send('a', 'k', 'first')
    await untilDecided(1)
    await send('a', 'k', ...numbers(1, 1_200))
    await clock.advance(10)
    await release()
    assert.equal(decided.length, 501, 'one turn of the second batch')
    const stopped = engine.stop()
    await clock.advance(100)
    await stopped
    assert.equal(decided.length, 1_001, 'the turn that was due already')
    assert.deepEqual(await texts('b'), ['first'])
    assert.equal(await committed('copy'), 1)
    await successor()
    await clock.advance(100)
    assert.deepEqual(await texts('b'), ['first', ...numbers(1, 1_200)])
  })

  test('makes one batch of what several partitions have at once', async () => {
    const { clock, broker, batches, release } = await scene({ partitions: 3 })
    await release()
    const value = Buffer.from('{"text":"x"}')
    void broker.append(
      [0, 1, 2].map((partition) => ({ topic: 'a', partition, key: 'k', value, headers: {} })),
    )
    await clock.advance(100)
    assert.deepEqual(batches, [3])
  })
})
