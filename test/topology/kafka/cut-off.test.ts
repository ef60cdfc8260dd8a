import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  join,
  newGroup,
  newTopic,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { ownBrokers } from './own-brokers.ts'

const wanted = process.env['C4A_TEST_KAFKA_FAULTS'] === '1'
const skip = wanted ? false : 'C4A_TEST_KAFKA_FAULTS=1 starts brokers of its own and cuts them off'

/**
 * How long anything may take. Of it the controllers have 3 s until a silent broker counts as gone, and some 3 s before
 * that where the active one of themselves is cut off; the rest is for everybody to find the new leaders and coordinators.
 */
const longestMs = 12_000

test('whichever broker is cut off: writing, reading in groups and a process that starts find the others', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const { open, fault, inSync } = await ownBrokers(t)
  const broker = await open()
  const topic = await newTopic(broker, { partitions: 6 })
  const partitions = [0, 1, 2, 3, 4, 5]
  const append = (value: string) => {
    const each = partitions.map((partition) => ({ ...record(topic, 'k', value), partition }))
    return Promise.all(each.map((one) => broker.append([one])))
  }
  // Many groups, so that each broker coordinates some of them.
  const readers = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const seen = new Map<string, Set<number>>()
      const member = recorder({
        onRecords({ partition }, records) {
          for (const each of records) {
            const places = seen.get(text(each) ?? '') ?? new Set()
            seen.set(text(each) ?? '', places.add(partition))
          }
        },
      })
      await join(broker, { group: newGroup(), topics: [topic] }, member)
      return seen
    }),
  )
  const areRead = (value: string) =>
    until(`all groups have '${value}' of all partitions`, () =>
      readers.every((seen) => seen.get(value)?.size === partitions.length),
    )
  await append('before')
  await areRead('before')
  for (const name of ['kafka-1', 'kafka-2', 'kafka-3']) {
    await inSync(topic)
    await fault('pause', name)
    const cutMs = performance.now()
    const took = () => Math.round(performance.now() - cutMs)
    const written = append(name).then(took)
    const started = open()
      .then((late) => late.ends(topic))
      .then(took)
    const read = areRead(name).then(took)
    const [wroteMs, startedMs, readMs] = await Promise.all([written, started, read])
    t.diagnostic(`${name}: ${wroteMs} ms until written, ${startedMs} started, ${readMs} read`)
    await fault('resume', name)
    assert.ok(wroteMs < longestMs, `written ${wroteMs} ms after ${name} was cut off`)
    assert.ok(startedMs < longestMs, `a process started ${startedMs} ms after ${name} was cut off`)
    assert.ok(readMs < longestMs, `read ${readMs} ms after ${name} was cut off`)
  }
})
