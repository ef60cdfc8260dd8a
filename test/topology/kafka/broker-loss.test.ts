import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Position, StoredRecord } from '../../../topology/contract/record.ts'
import type { Broker } from '../../../topology/ports/broker.ts'
import {
  all,
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
const skip = wanted ? false : 'C4A_TEST_KAFKA_FAULTS=1 starts brokers of its own and kills them'

/** No pause of the flow may be longer than this, whatever is lost. */
const longestPauseMs = 15_000

test('one broker after another dies and comes back, and one is cut off: nothing acknowledged is lost, doubled or out of order', {
  skip,
  timeout: 480_000,
}, async (t) => {
  const { open, fault, inSync } = await ownBrokers(t)
  const broker = await open()
  const topic = await newTopic(broker, { partitions: 6 })
  const writer = startWriter(broker, topic)
  const reader = await startReader(await open(), topic)
  await until('records flow', () => reader.count() > 100)
  for (const name of ['kafka-1', 'kafka-2', 'kafka-3']) {
    await fault('kill', name)
    await sleep(8_000)
    await fault('start', name)
    // With two that lack the newest records nothing may be acknowledged, which is no fault of who waits for it.
    await inSync(topic)
  }
  await fault('pause', 'kafka-1')
  await sleep(16_000)
  await fault('resume', 'kafka-1')
  await sleep(3_000)
  const acknowledged = await writer.stop()
  const kept = await everything(broker, topic)
  t.diagnostic(
    `${[...acknowledged.values()].reduce((sum, { size }) => sum + size, 0)} acknowledged, ${writer.refused()} refused, longest pause ${Math.round(writer.longestPauseMs())} ms writing, ${Math.round(reader.longestPauseMs())} ms reading, ${reader.repeated()} records handed over again`,
  )
  for (const [key, numbers] of acknowledged) {
    const values = kept.get(key) ?? []
    assert.deepEqual(
      values.filter((value) => numbers.has(value)),
      [...numbers.keys()],
      `of ${key}: once, and in order. ${await whereabouts(broker, numbers, values)}`,
    )
  }
  await until('the reader has all', () => reader.lacking(kept).length === 0).catch((error) => {
    const lacking = reader.lacking(kept)
    t.diagnostic(`the reader lacks ${lacking.length}: ${lacking.slice(0, 20).join(', ')}`)
    throw error
  })
  assert.equal(reader.disorder(), 0)
  assert.ok(writer.longestPauseMs() < longestPauseMs)
  assert.ok(reader.longestPauseMs() < longestPauseMs)
})

/** The numbers of each key, in the order of the log. */
async function everything(broker: Broker, topic: string): Promise<Map<string, number[]>> {
  const kept = new Map<string, number[]>()
  for (const { partition, next } of await broker.ends(topic)) {
    let records: readonly StoredRecord[] = []
    // A node that just became leader shows its last records a moment later; how far it must come it says at once.
    await until('the partition can be read to its end', async () => {
      records = await all(broker, topic, partition)
      return (records.at(-1)?.offset ?? -1) + 1 === next
    })
    for (const each of records) {
      const numbers = kept.get(each.key) ?? []
      kept.set(each.key, numbers)
      numbers.push(Number(text(each)))
    }
  }
  return kept
}

/** What became of those that are missing, for whoever must find out why: where they were said to be, and what is there now. */
async function whereabouts(
  broker: Broker,
  acknowledged: ReadonlyMap<number, Position>,
  values: readonly number[],
): Promise<string> {
  const found: string[] = []
  for (const [number, at] of acknowledged) {
    if (values.includes(number)) continue
    const ends = (await broker.ends(at.topic)).find(({ partition }) => partition === at.partition)
    const [there] = await broker.read(at, { maxRecords: 1, maxWaitMs: 1_000 })
    const now = there ? `${there.key} ${text(there)} at ${there.offset}` : 'nothing'
    found.push(`${number} was at ${at.partition}/${at.offset}; now ${now}, next ${ends?.next}`)
  }
  return found.join('; ')
}

function startWriter(broker: Broker, topic: string) {
  const acknowledged = new Map<string, Map<number, Position>>()
  let [stopped, refused, longest, lastMs] = [false, 0, 0, performance.now()]
  const lanes = Array.from({ length: 24 }, async (_, lane) => {
    const key = `key-${lane}`
    const numbers = new Map<number, Position>()
    acknowledged.set(key, numbers)
    for (let number = 0; !stopped; number++) {
      // Two at once: the second must never be seen without the first before it.
      const calls = [number * 2, number * 2 + 1].map((value) =>
        broker.append([record(topic, key, `${value}`)]),
      )
      const results = await Promise.allSettled(calls)
      results.forEach((result, index) => {
        const [at] = result.status === 'fulfilled' ? result.value : []
        if (at) numbers.set(number * 2 + index, at)
        else refused += 1
      })
      if (results.some(({ status }) => status === 'fulfilled')) {
        longest = Math.max(longest, performance.now() - lastMs)
        lastMs = performance.now()
      }
      await sleep(10)
    }
  })
  return {
    refused: () => refused,
    longestPauseMs: () => longest,
    async stop() {
      stopped = true
      await Promise.all(lanes)
      return acknowledged
    },
  }
}

async function startReader(broker: Broker, topic: string) {
  const seen = new Map<string, Set<number>>()
  const next = new Map<number, { offset: number; epoch: number }>()
  let [count, repeated, disorder, longest, lastMs] = [0, 0, 0, 0, performance.now()]
  const member = recorder({
    onRecords({ partition, epoch, offset }, records) {
      longest = Math.max(longest, performance.now() - lastMs)
      lastMs = performance.now()
      for (const each of records) {
        const before = next.get(partition)
        const expected = before?.epoch === epoch ? before.offset : offset
        if (each.offset !== expected) disorder += 1
        next.set(partition, { offset: each.offset + 1, epoch })
        const numbers = seen.get(each.key) ?? new Set()
        seen.set(each.key, numbers)
        if (numbers.has(Number(text(each)))) repeated += 1
        numbers.add(Number(text(each)))
        count += 1
      }
      member.records.length = 0
      const commit = { topic, partition, epoch, offset: next.get(partition)?.offset ?? 0 }
      member.consumer?.commit([commit]).catch(() => {}) // fenced, or the coordinator is away: the next one counts
    },
  })
  await join(broker, { group: newGroup(), topics: [topic] }, member)
  return {
    count: () => count,
    repeated: () => repeated,
    disorder: () => disorder,
    longestPauseMs: () => longest,
    lacking: (kept: ReadonlyMap<string, readonly number[]>) =>
      [...kept].flatMap(([key, numbers]) =>
        numbers.filter((number) => !seen.get(key)?.has(number)).map((number) => `${key} ${number}`),
      ),
  }
}
