import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Taken } from '../../../topology/runner/member.ts'
import { oldestFirst } from '../../../topology/runner/oldest-first.ts'

/** Records of one partition with these times; their offsets are their places. */
const queue = (topic: string, ...times: readonly number[]): Taken[] =>
  // Only the record counts here.
  times.map((timestampMs, offset) => ({ record: { topic, offset, timestampMs } }) as Taken)

const named = (batch: readonly Taken[]) =>
  batch.map(({ record: { topic, timestampMs } }) => `${topic}${timestampMs}`)

test('records of all queues come by their time, those of equal times run by run', () => {
  const [a, b, c] = [queue('a', 1, 4, 4, 9), queue('b', 2, 3, 10), queue('c', 4)]
  assert.deepEqual(named(oldestFirst([a, b, c], 100)), [
    'a1',
    'b2',
    'b3',
    'a4',
    'a4',
    'c4',
    'a9',
    'b10',
  ])
  assert.deepEqual([a, b, c], [[], [], []])
})

test('what is beyond the bound stays, and goes on where the batch ended', () => {
  const [a, b] = [queue('a', 1, 1, 3), queue('b', 2, 5)]
  assert.deepEqual(named(oldestFirst([a, b], 3)), ['a1', 'a1', 'b2'])
  assert.deepEqual(named(oldestFirst([a, b], 3)), ['a3', 'b5'])
  assert.deepEqual(oldestFirst([a, b], 3), [])
})

test('a partition keeps its order when its times do not', () => {
  const a = queue('a', 5, 1, 7)
  const b = queue('b', 4, 6)
  const batch = oldestFirst([a, b], 10)
  const offsets = batch.filter(({ record }) => record.topic === 'a').map((t) => t.record.offset)
  assert.deepEqual(offsets, [0, 1, 2])
  assert.equal(batch.length, 5)
})
