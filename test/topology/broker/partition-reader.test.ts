import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BatchSource } from '../../../topology/adapters/file-log/batch-source.ts'
import { partitionReader } from '../../../topology/adapters/file-log/partition-reader.ts'
import type { StoredRecord } from '../../../topology/contract/record.ts'

/** Batches of ten offsets each, from one offset to below another; timestamps are offsets. */
function source(start: number, end: number): BatchSource {
  const record = (offset: number): StoredRecord => ({
    topic: 't',
    partition: 0,
    offset,
    key: 'k',
    value: new Uint8Array(10),
    headers: {},
    timestampMs: offset,
  })
  return {
    *batches(from) {
      for (let base = start; base < end; base += 10) {
        const last = base + 9
        if (last < from) continue
        const all = Array.from({ length: 10 }, (_, nth) => record(base + nth))
        const records = (first: number) => all.filter(({ offset }) => offset >= first)
        yield { base, last, ceilMs: last, records }
      }
    },
    reaching: (timestampMs, from) =>
      timestampMs < end ? Math.max(start, from, Math.floor(timestampMs / 10) * 10) : undefined,
  }
}

const reader = () => partitionReader(source(0, 50), source(50, 100), () => 50)

describe('a partition that is compacted up to an offset', () => {
  test('is read over the border', () => {
    const { records, next } = reader().fetch(43, 20, 1e6)
    assert.deepEqual(
      records.map(({ offset }) => offset),
      Array.from({ length: 20 }, (_, nth) => 43 + nth),
    )
    assert.equal(next, 63)
  })

  test('goes on in the middle of a batch', () => {
    const { fetch } = reader()
    assert.equal(fetch(43, 3, 1e6).next, 46)
    assert.equal(fetch(46, 100, 25).records.at(-1)?.offset, 47)
    assert.equal(fetch(48, 1, 1).records[0]?.offset, 48)
  })

  test('is cleaned in runs that do not cross the border, nor begin at what came later', () => {
    const { run } = reader()
    const range = (from: number, below: number, batches = 100, bytes = 1e6) => {
      const found = run(from, below, batches, bytes)
      return found && [found.base, found.last, found.records.length, found.ceilMs]
    }
    assert.deepEqual(range(0, 1000), [0, 49, 50, 49])
    assert.deepEqual(range(50, 1000), [50, 99, 50, 99])
    assert.deepEqual(range(50, 80), [50, 79, 30, 79])
    assert.equal(range(80, 80), undefined)
    assert.deepEqual(range(0, 1000, 2), [0, 19, 20, 19])
    assert.deepEqual(range(0, 1000, 100, 150), [0, 19, 20, 19])
    assert.equal(range(100, 1000), undefined)
  })

  test('is searched by time on both sides', () => {
    const { offsetAt } = reader()
    for (const ms of [0, 17, 49, 50, 51, 99]) assert.equal(offsetAt(ms, 0), ms)
    assert.equal(offsetAt(100, 0), undefined)
    assert.equal(offsetAt(17, 60), 60)
  })
})
