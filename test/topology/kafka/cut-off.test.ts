import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker } from '../../../topology/ports/broker.ts'
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

const partitions = [0, 1, 2, 3, 4, 5]

test('whichever broker is cut off: writing, reading in groups and a process that starts find the others', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const { open, fault, inSync } = await ownBrokers(t)
  const broker = await open()
  const topic = await newTopic(broker, { partitions: partitions.length })
  const append = appending(broker, topic)
  // Many groups, so that each broker coordinates some of them.
  const readers = await Promise.all(Array.from({ length: 12 }, () => reading(broker, topic)))
  const areRead = (value: string) =>
    until(`all groups have '${value}' of all partitions`, () =>
      readers.every((hasAll) => hasAll(value)),
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

test('what one connection has found out all of its process know: none of them asks the silent broker', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const { open, fault, inSync } = await ownBrokers(t)
  const told: string[] = []
  const broker = await open((_, what, details) => told.push(`${what}: ${details}`))
  const topic = await newTopic(broker, { partitions: partitions.length })
  const append = appending(broker, topic)
  const hasAll = await reading(broker, topic)
  await append('before')
  await broker.ends(topic)
  await until('it is read', () => hasAll('before'))
  await inSync(topic)
  await fault('pause', 'kafka-2')
  // Nothing is asked meanwhile but by the group's member.
  await until('its member has found out', () => told.some((line) => line.includes('was closed')))
  await sleep(2_000)
  told.length = 0
  await Promise.all([append('after'), broker.ends(topic)])
  await until('it is read', () => hasAll('after'))
  await fault('resume', 'kafka-2')
  assert.deepEqual(
    told.filter((line) => line.includes('was closed')),
    [],
  )
})

test('all brokers are gone for longer than a session: writing and reading go on when they are back', {
  skip,
  timeout: 300_000,
}, async (t) => {
  const { open, fault } = await ownBrokers(t)
  const broker = await open()
  const topic = await newTopic(broker, { partitions: partitions.length })
  const append = appending(broker, topic)
  const hasAll = await reading(broker, topic)
  await append('before')
  await until('it is read', () => hasAll('before'))
  const all = (verb: 'kill' | 'start') =>
    Promise.all(['kafka-1', 'kafka-2', 'kafka-3'].map((name) => fault(verb, name)))
  await all('kill')
  await assert.rejects(append('meanwhile'), { code: 'C4A_BROKER_UNREACHABLE' })
  await all('start')
  const backMs = performance.now()
  await append('after')
  await until('it is read', () => hasAll('after'))
  t.diagnostic(`${Math.round(performance.now() - backMs)} ms until written and read`)
})

/** One record to each partition, in appends of their own. */
function appending(broker: Broker, topic: string) {
  return (value: string) => {
    const each = partitions.map((partition) => ({ ...record(topic, 'k', value), partition }))
    return Promise.all(each.map((one) => broker.append([one])))
  }
}

/** A group of one member; tells whether it has had this value from each partition. */
async function reading(broker: Broker, topic: string) {
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
  return (value: string) => seen.get(value)?.size === partitions.length
}
