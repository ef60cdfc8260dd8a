import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { doneOf, recordsOf } from '../../bench/cluster/backlog.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'

const at = (partition: number, offset: number) => ({ topic: 'a', partition, offset })
const backlog = { from: [at(0, 10), at(1, 5)], to: [at(0, 30), at(1, 5)] }

describe('a backlog', () => {
  test('has the records between its ends, partition by partition', () => {
    assert.equal(recordsOf(backlog), 20)
    assert.equal(recordsOf({ from: [], to: [] }), 0)
  })

  test('is done as far as the group has committed of it, and no further', async () => {
    const broker = memoryBroker(memoryLog(systemClock), systemClock)
    await broker.ensureTopics([
      { name: 'a', partitions: 2, cleanup: 'delete', retentionMs: 60_000 },
    ])
    const done = () => doneOf({ broker }, 'g', backlog)
    assert.equal(await done(), 0)
    await broker.setOffsets('g', [at(0, 4), at(1, 9)])
    assert.equal(await done(), 0, 'before its start, and beyond its end')
    await broker.setOffsets('g', [at(0, 25)])
    assert.equal(await done(), 15)
    await broker.setOffsets('g', [at(0, 99)])
    assert.equal(await done(), 20)
  })
})
