import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endsOf } from '../../bench/cluster/backlog.ts'
import { repeatBacklog } from '../../bench/cluster/repeat-backlog.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'

const record = (key: string, partition: number) => ({
  topic: 'a',
  partition,
  key,
  value: Buffer.from(key),
  headers: { k: key },
})

test('what stands between the ends of a backlog is appended again, in its place and order', async () => {
  const broker = memoryBroker(memoryLog(systemClock), systemClock)
  await broker.ensureTopics([{ name: 'a', partitions: 2, cleanup: 'delete', retentionMs: 60_000 }])
  await broker.append([record('before', 0)])
  const from = await endsOf({ broker }, ['a'])
  await broker.append([record('x', 0), record('y', 1), record('z', 0)])
  const to = await endsOf({ broker }, ['a'])
  await broker.append([record('after', 0)])
  await repeatBacklog({ broker }, { from, to }, 2)
  const told = async (partition: number) => {
    const at = { topic: 'a', partition, offset: 0 }
    const records = await broker.read(at, { maxRecords: 100, maxWaitMs: 0 })
    return records.map(({ key, headers }) => `${key}=${headers['k']}`).join(' ')
  }
  assert.equal(await told(0), 'before=before x=x z=z after=after x=x z=z x=x z=z')
  assert.equal(await told(1), 'y=y y=y y=y')
})
