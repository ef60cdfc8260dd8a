import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openLogDatabase } from '../../../topology/adapters/sqlite/log-database.ts'
import { DatabaseSync } from '../../../topology/adapters/sqlite/node-sqlite.ts'
import { encodeSegments } from '../../../topology/adapters/sqlite/segment-codec.ts'
import type { CommitJob } from '../../../topology/adapters/sqlite/statement.ts'
import { threadWriter } from '../../../topology/adapters/sqlite/thread-writer.ts'
import {
  all,
  newGroup,
  newTopic,
  record,
  recorder,
  text,
  until,
} from '../../conformance/broker/broker-fixtures.ts'
import { logFolder, openLog } from './log-folder.ts'

const quick = { cleanEveryMs: 5, compactEvery: 20 }

/** Writes down the jobs that reach the database. */
function writingDown(jobs: CommitJob[]) {
  return async (path: string) => {
    const writer = await threadWriter(path)
    return {
      close: () => writer.close(),
      run(job: CommitJob) {
        jobs.push(job)
        return writer.run(job)
      },
    }
  }
}

const inserts = ({ writes }: CommitJob) =>
  writes.flat().filter(({ sql }) => sql.startsWith('INSERT INTO log ')).length

function count(database: { readonly reader: DatabaseSync }, table: string): number {
  return Number(database.reader.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
}

describe('rows of the log on SQLite', () => {
  test('one commit is one row, whoever appends and to whatever partition', async (t) => {
    const jobs: CommitJob[] = []
    const { broker } = await openLog(t, await logFolder(t), {}, writingDown(jobs))
    const topics = [await newTopic(broker), await newTopic(broker, { cleanup: 'compact' })]
    jobs.length = 0
    const append = (n: number) => broker.append([record(topics[n % 2] ?? '', `k${n}`, `${n}`)])
    await Promise.all(Array.from({ length: 40 }, (_, n) => append(n)))
    assert.deepEqual(jobs.map(inserts), [1])
    assert.equal(jobs[0]?.sync, true)
  })

  test('a long commit is cut into rows, and nothing is lost or out of order', async (t) => {
    const folder = await logFolder(t)
    const jobs: CommitJob[] = []
    const first = await openLog(t, folder, {}, writingDown(jobs))
    const topic = await newTopic(first.broker)
    jobs.length = 0
    const long = 'x'.repeat(700)
    const records = Array.from({ length: 5000 }, (_, n) =>
      record(topic, `k${n % 50}`, `${n} ${long}`),
    )
    await first.broker.append(records)
    assert.equal(jobs.length, 1)
    assert.ok(inserts(jobs[0] as CommitJob) > 4)
    await first.close()
    const { broker } = await openLog(t, folder, { cacheBytes: 0 })
    let found = 0
    for (const partition of [0, 1, 2, 3]) {
      let before = -1
      const read = await all(broker, topic, partition)
      read.forEach((each, nth) => {
        const number = Number.parseInt(text(each) ?? '', 10)
        assert.equal(each.offset, nth)
        assert.equal(each.key, `k${number % 50}`)
        assert.ok(number > before)
        before = number
      })
      found += read.length
    }
    assert.equal(found, 5000)
  })

  test('a row goes when the last of its topics may forget it, and not before', async (t) => {
    const folder = await logFolder(t)
    const { broker, database, close } = await openLog(t, folder, quick)
    const short = await newTopic(broker, { partitions: 2, retentionMs: 3_600_000 })
    const long = await newTopic(broker, { partitions: 2, retentionMs: 100 * 3_600_000 })
    const old = { timestampMs: Date.now() - 10 * 3_600_000 }
    for (let n = 0; n < 10; n++) {
      const records = [{ ...record(short, `k${n}`, 'short'), ...old }]
      if (n % 2 === 0) records.push({ ...record(long, `k${n}`, 'long'), ...old })
      await broker.append(records)
    }
    const starts = async (topic: string) =>
      (await broker.ends(topic)).map(({ earliest, next }) => next - earliest)
    await until('rows that only the short one had are gone', () => count(database, 'log') === 5)
    assert.deepEqual(await starts(short), [0, 0])
    const left = [...(await all(broker, long, 0)), ...(await all(broker, long, 1))]
    assert.deepEqual(left.map(text), Array(5).fill('long'))
    const ends = await broker.ends(short)
    await close()
    const file = new DatabaseSync(join(folder, 'log.sqlite'))
    // As a kill would leave it: forgotten, and not yet removed.
    const { id } = file.prepare('SELECT id FROM partitions WHERE topic = ?').get(short) ?? {}
    const segment = { place: Number(id), first: 0, last: 0, maxMs: 0, start: 0, length: 0, crc: 0 }
    const leftOver = 'INSERT INTO log (id, segments, frames) VALUES (1000, ?, ?)'
    file.prepare(leftOver).run(encodeSegments([segment]), new Uint8Array(0))
    file.close()

    const again = await openLog(t, folder, quick)
    assert.deepEqual(await again.broker.ends(short), ends)
    assert.equal(
      (await all(again.broker, long, 0)).length,
      left.filter((each) => each.partition === 0).length,
    )
    await again.broker.ensureTopics([
      { name: long, partitions: 2, cleanup: 'delete', retentionMs: 3_600_000 },
    ])
    await until('the rest is gone', () => count(again.database, 'log') === 0)
  })

  test('a topic may turn from forgetting by age to compaction and back', async (t) => {
    const folder = await logFolder(t)
    const first = await openLog(t, folder, quick)
    const topic = await newTopic(first.broker, { partitions: 1 })
    const spec = { name: topic, partitions: 1, retentionMs: 3_600_000 } as const
    const append = (from: number, at: { timestampMs?: number } = {}) =>
      first.broker.append(
        Array.from({ length: 30 }, (_, n) => ({
          ...record(topic, `k${n % 3}`, `${from + n}`),
          ...at,
        })),
      )
    await append(0)
    await first.broker.ensureTopics([{ ...spec, cleanup: 'compact' }])
    const values = async (broker = first.broker) => (await all(broker, topic)).map(text)
    await until('the last of each key is left', async () => (await values()).length === 3)
    await append(30)
    await until('again', async () => (await values()).join() === '57,58,59')
    await until('the log has no row of it', () => count(first.database, 'log') === 0)
    await first.close()

    const second = await openLog(t, folder, quick)
    assert.deepEqual(await values(second.broker), ['57', '58', '59'])
    const [position] = await second.broker.offsetsAt(topic, 1)
    assert.equal(position?.offset, 57)
    await second.broker.ensureTopics([{ ...spec, cleanup: 'delete', retentionMs: -3_600_000 }])
    await until('all is forgotten', async () => (await values(second.broker)).length === 0)
    const { id } = second.database.reader.prepare('SELECT id FROM partitions').get() ?? {}
    await until('by the file, too', () => count(second.database, `compacted_${id}`) === 0)
    assert.equal((await second.broker.append([record(topic, 'k', 'v')]))[0]?.offset, 60)
  })

  test('committed offsets ride with records, and do not wait for them for long', async (t) => {
    const folder = await logFolder(t)
    const jobs: CommitJob[] = []
    const { broker, close } = await openLog(t, folder, {}, writingDown(jobs))
    const topic = await newTopic(broker, { partitions: 3 })
    const group = newGroup()
    const member = recorder()
    const consumer = await broker.subscribe(
      { group, topics: [topic], from: 'earliest', revokeTimeoutMs: 1000 },
      member.listener,
    )
    await until('all are assigned', () => member.owned.size === 3)
    const commit = (offset: number) =>
      consumer.commit([...member.owned.values()].map((each) => ({ ...each, offset })))
    jobs.length = 0
    const committed = commit(1)
    await Promise.all([broker.append([record(topic, 'k', 'v')]), committed])
    assert.equal(jobs.length, 1, 'one commit for both')
    await commit(2)
    assert.equal(jobs.length, 2)
    assert.ok(jobs.every(({ sync }) => sync))
    assert.deepEqual(jobs[1]?.writes.length, 1, 'one statement for all partitions')
    void commit(3)
    await close() // does not leave it behind
    const again = await openLog(t, folder)
    assert.deepEqual(
      (await again.broker.committed(group)).map(({ offset }) => offset),
      [3, 3, 3],
    )
  })

  test('a file of the earlier layout is refused with a sentence', async (t) => {
    const folder = await logFolder(t)
    await (await openLog(t, folder)).close()
    const file = new DatabaseSync(join(folder, 'log.sqlite'))
    file.exec('PRAGMA user_version=1')
    file.close()
    await assert.rejects(openLogDatabase(folder), {
      code: 'C4A_STORE_CORRUPT',
      message: /layout has version 1, and this program knows version 2 only/,
    })
  })

  test('a row whose index is damaged, or which is missing, keeps the log from being opened', async (t) => {
    for (const damage of [
      "UPDATE log SET segments = CAST('damaged!' AS BLOB) WHERE id = 2",
      'DELETE FROM log WHERE id = 2',
    ]) {
      const folder = await logFolder(t)
      const first = await openLog(t, folder)
      const topic = await newTopic(first.broker, { partitions: 1 })
      for (const value of ['a', 'b', 'c']) await first.broker.append([record(topic, 'k', value)])
      await first.close()
      const file = new DatabaseSync(join(folder, 'log.sqlite'))
      file.exec(damage)
      file.close()
      await assert.rejects(openLog(t, folder), {
        code: 'C4A_STORE_CORRUPT',
        message: /row 2 of the log|Offsets 1 to 1 of partition 0/,
      })
    }
  })
})
