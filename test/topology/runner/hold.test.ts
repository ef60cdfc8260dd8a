import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryBroker } from '../../../topology/adapters/memory-broker/memory-broker.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import type { ConsumerListener, SubscribeOptions } from '../../../topology/ports/broker.ts'
import { jsonCodec, pipelineOf, rig, stageOf, topicOf, typeOf } from './bench-rig.ts'

/** A stage in batches of a hundred that decides ahead, on a log that counts what it hands over and can hold appends. */
async function scene(partitions: number) {
  const made = rig({}, jsonCodec, { maxBatch: 100, decidesAhead: true })
  const { clock, log } = made
  const appends = { hold: false, held: [] as (() => void)[] }
  let handed = 0
  const counting = (broker: typeof made.broker) => ({
    ...broker,
    subscribe: (options: SubscribeOptions, listener: ConsumerListener) =>
      broker.subscribe(options, {
        ...listener,
        onRecords(partition, records) {
          handed += records.length
          listener.onRecords(partition, records)
        },
      }),
    async append(records: readonly NewRecord[]) {
      // As long as it takes to answer: what is decided ahead is decided meanwhile.
      await clock.sleep(5)
      if (appends.hold) await new Promise<void>((resolve) => appends.held.push(resolve))
      return broker.append(records)
    },
  })
  const copy = typeOf('copy', {
    shape: 'transform',
    run: ({ key, value }) => [{ to: 'out', key, value: value as never }],
  })
  const outputs = { out: { topic: 'b', maxHops: null } }
  const wired = pipelineOf(
    [topicOf('a', partitions), topicOf('b', 1)],
    [stageOf('copy', { from: 'a', outputs })],
  )
  const engine = () => made.engine(wired, [copy], counting(memoryBroker(log, clock)))
  await engine()
  const value = Buffer.from('{"text":"x"}')
  const send = (partition: number, count: number) => {
    const record = { topic: 'a', partition, key: 'k', value, headers: {} }
    void made.broker.append(Array.from({ length: count }, () => record))
    return clock.advance(100)
  }
  /** Goes on with what was held, and as before. */
  const release = () => {
    appends.hold = false
    appends.held.pop()?.()
    return clock.advance(30_000)
  }
  return { ...made, send, engine, appends, release, handed: () => handed }
}

describe('what waits for a unit that decides ahead', () => {
  test('is no more than the batch that follows, and what a partition had in hand', async () => {
    const { send, appends, handed, release, committed } = await scene(12)
    appends.hold = true
    for (let partition = 0; partition < 12; partition++) await send(partition, 150)
    assert.equal(handed(), 2 * 150, 'the running batch and the one ahead are 200')
    await release()
    assert.equal(await committed('copy'), 12 * 150)
  })

  // Which of two partitions goes to a second process is not for this test to say.
  for (const full of [0, 1]) {
    test(`of partition ${full} does not hold up the other one when one of them goes`, async () => {
      const { send, appends, engine, release, committed } = await scene(2)
      appends.hold = true
      await send(full, 150)
      await send(full, 150)
      await engine()
      await release()
      await send(1 - full, 10)
      assert.equal(await committed('copy'), 310)
    })
  }
})
