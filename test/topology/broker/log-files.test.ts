import assert from 'node:assert/strict'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openDataFolder } from '../../../topology/adapters/file-log/data-folder.ts'
import { type LogDisk, logDisk } from '../../../topology/adapters/file-log/log-disk.ts'
import { DatabaseSync } from '../../../topology/adapters/sqlite/node-sqlite.ts'
import type { SideTables } from '../../../topology/adapters/sqlite/side-tables.ts'
import {
  all,
  newGroup,
  newTopic,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { copied, logFolder, openLog } from './log-folder.ts'

const quick = { cleanEveryMs: 5, compactEvery: 20 }

/** Writes down what reaches the disk. */
function writingDown(writes: Uint8Array[]): { readonly disk: LogDisk } {
  const wrapped = async (opening: ReturnType<LogDisk['create']>) => {
    const handle = await opening
    return {
      finish: (bytes: number) => handle.finish(bytes),
      close: () => handle.close(),
      write(bytes: Uint8Array, position: number) {
        writes.push(bytes.slice())
        return handle.write(bytes, position)
      },
    }
  }
  return {
    disk: {
      create: (path) => wrapped(logDisk.create(path)),
      cut: logDisk.cut,
      reopen: (path) => wrapped(logDisk.reopen(path)),
    },
  }
}

function count({ reader }: SideTables, table: string): number {
  return Number(reader.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
}

const filesIn = (folder: string) => globSync(join(folder, 'log', '*.log')).toSorted()

describe('files of the log', () => {
  test('one commit is one write, whoever appends and to whatever partition', async (t) => {
    const writes: Uint8Array[] = []
    const { broker } = await openLog(t, await logFolder(t), writingDown(writes))
    const topics = [await newTopic(broker), await newTopic(broker, { cleanup: 'compact' })]
    const append = (n: number) => broker.append([record(topics[n % 2] ?? '', `k${n}`, `${n}`)])
    await Promise.all(Array.from({ length: 40 }, (_, n) => append(n)))
    assert.equal(writes.length, 1)
  })

  test('a long commit is one write too, and nothing is lost or out of order', async (t) => {
    const folder = await logFolder(t)
    const writes: Uint8Array[] = []
    const first = await openLog(t, folder, writingDown(writes))
    const topic = await newTopic(first.broker)
    const long = 'x'.repeat(700)
    const records = Array.from({ length: 5000 }, (_, n) =>
      record(topic, `k${n % 50}`, `${n} ${long}`),
    )
    await first.broker.append(records)
    assert.equal(writes.length, 1)
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

  test('a file goes when the last of its topics may forget it, and not before', async (t) => {
    const folder = await logFolder(t)
    const options = { ...quick, fileBytes: 1 }
    const { broker, close } = await openLog(t, folder, options)
    const short = await newTopic(broker, { partitions: 2, retentionMs: 3_600_000 })
    const long = await newTopic(broker, { partitions: 2, retentionMs: 100 * 3_600_000 })
    const old = { timestampMs: Date.now() - 10 * 3_600_000 }
    const much = 'long'.repeat(200)
    for (let n = 0; n < 10; n++) {
      const records = [{ ...record(short, `k${n}`, 'short'), ...old }]
      if (n % 2 === 0) records.push({ ...record(long, `k${n}`, much), ...old })
      await broker.append(records)
    }
    const starts = async (topic: string) =>
      (await broker.ends(topic)).map(({ earliest, next }) => next - earliest)
    // The last one is never removed, whatever stands in it.
    await until('files that only the short one had are gone', () => filesIn(folder).length === 6)
    await until('the short one is empty', async () => (await starts(short)).join() === '0,0')
    const left = [...(await all(broker, long, 0)), ...(await all(broker, long, 1))]
    assert.deepEqual(left.map(text), Array(5).fill(much))
    const ends = await broker.ends(short)
    await close()

    const again = await openLog(t, folder, options)
    assert.deepEqual(await again.broker.ends(short), ends)
    assert.equal(
      (await all(again.broker, long, 0)).length,
      left.filter((each) => each.partition === 0).length,
    )
    await again.broker.ensureTopics([
      { name: long, partitions: 2, cleanup: 'delete', retentionMs: 3_600_000 },
    ])
    await until('the rest is gone', () => filesIn(folder).length === 1)
    const on = { ...record(short, 'k', 'on'), partition: 0 }
    assert.equal((await again.broker.append([on]))[0]?.offset, ends[0]?.next)
  })

  test('a file is not held back by a little that is kept for longer than the rest', async (t) => {
    const folder = await logFolder(t)
    const options = { ...quick, cacheBytes: 0, fileBytes: 10_000 }
    const { broker, close } = await openLog(t, folder, options)
    const short = await newTopic(broker, { partitions: 1, retentionMs: 3_600_000 })
    const long = await newTopic(broker, { partitions: 1, retentionMs: 100 * 3_600_000 })
    const kept = await newTopic(broker, { partitions: 1, cleanup: 'compact' })
    const old = { timestampMs: Date.now() - 10 * 3_600_000 }
    const large = 'x'.repeat(12_000)
    for (let n = 0; n < 30; n++) {
      await broker.append([
        { ...record(short, 'k', large), ...old },
        { ...record(long, 'k', `${n}`), ...old },
        { ...record(kept, `k${n % 2}`, `${n}`), ...old },
      ])
    }
    await until('only the last file is left', () => filesIn(folder).length === 1)
    const numbers = Array.from({ length: 30 }, (_, n) => `${n}`)
    assert.deepEqual((await all(broker, long)).map(text), numbers)
    const lastKept = async (from = broker) => (await all(from, kept)).map(text)
    await until('what was moved is compacted', async () => (await lastKept()).length < 30)
    assert.deepEqual((await lastKept()).slice(-2), ['28', '29'])
    await close()

    const again = await openLog(t, folder, options)
    assert.deepEqual((await all(again.broker, long)).map(text), numbers)
    assert.deepEqual((await lastKept(again.broker)).slice(-2), ['28', '29'])
    const [found] = await again.broker.offsetsAt(long, old.timestampMs)
    assert.equal(found?.offset, 0)
    assert.equal((await again.broker.append([record(long, 'k', 'on')]))[0]?.offset, 30)
    await again.broker.ensureTopics([
      { name: long, partitions: 1, cleanup: 'delete', retentionMs: -3_600_000 },
    ])
    await until(
      'it is forgotten in its time',
      async () => (await all(again.broker, long)).length === 0,
    )
  })

  test('a topic may turn from forgetting by age to compaction and back', async (t) => {
    const folder = await logFolder(t)
    const first = await openLog(t, folder, { ...quick, fileBytes: 1 })
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
    await until('the log has no file of it', () => filesIn(folder).length === 1)
    await first.close()

    const second = await openLog(t, folder, quick)
    assert.deepEqual(await values(second.broker), ['57', '58', '59'])
    const [position] = await second.broker.offsetsAt(topic, 1)
    assert.equal(position?.offset, 57)
    await second.broker.ensureTopics([{ ...spec, cleanup: 'delete', retentionMs: -3_600_000 }])
    await until('all is forgotten', async () => (await values(second.broker)).length === 0)
    const { id } = second.data.tables.reader.prepare('SELECT id FROM partitions').get() ?? {}
    await until('by the file, too', () => count(second.data.tables, `compacted_${id}`) === 0)
    assert.equal((await second.broker.append([record(topic, 'k', 'v')]))[0]?.offset, 60)
  })

  test('committed offsets ride with records, and do not wait for them for long', async (t) => {
    const folder = await logFolder(t)
    const writes: Uint8Array[] = []
    const { broker, close } = await openLog(t, folder, writingDown(writes))
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
    writes.length = 0
    const committed = commit(1)
    await Promise.all([broker.append([record(topic, 'k', 'v')]), committed])
    assert.equal(writes.length, 1, 'one commit for both')
    await commit(2)
    assert.equal(writes.length, 2)
    void commit(3)
    await close() // does not leave it behind
    const again = await openLog(t, folder)
    assert.deepEqual(
      (await again.broker.committed(group)).map(({ offset }) => offset),
      [3, 3, 3],
    )
  })

  test('committed offsets are there again without a checkpoint, and with a part of them in the tables', async (t) => {
    const folder = await logFolder(t)
    const { broker, data } = await openLog(t, folder, { checkpointMs: 1e9 })
    const topic = await newTopic(broker, { partitions: 3 })
    const at = (partition: number, offset: number) => ({ topic, partition, offset })
    await broker.append([0, 1, 2].map((partition) => ({ ...record(topic, 'k', 'v'), partition })))
    const known = async () => {
      const copy = await openLog(t, await copied(t, folder))
      return (await copy.broker.committed('g')).map(({ partition, offset }) => [partition, offset])
    }
    await broker.setOffsets('g', [at(0, 1), at(1, 1)])
    assert.deepEqual(await known(), [
      [0, 1],
      [1, 1],
    ])
    await data.notes.checkpoint()
    assert.equal(count(data.tables, 'offsets'), 2)
    await broker.setOffsets('g', [at(1, 0), at(2, 1)])
    assert.equal(count(data.tables, 'offsets'), 2)
    assert.deepEqual(await known(), [
      [0, 1],
      [1, 0],
      [2, 1],
    ])
  })

  test('a folder of the earlier layout is refused with a sentence', async (t) => {
    const folder = await logFolder(t)
    await (await openLog(t, folder)).close()
    const file = new DatabaseSync(join(folder, 'log.sqlite'))
    file.exec('PRAGMA user_version=2')
    file.close()
    await assert.rejects(openDataFolder(folder), {
      code: 'C4A_STORE_CORRUPT',
      message: /layout has version 2, and this program knows version 3 only/,
    })
  })

  test('a file whose blocks cannot be told, or which is missing, keeps the log from being opened', async (t) => {
    const damages = [
      (files: readonly string[]) => flip(files[1] ?? '', 40),
      (files: readonly string[]) =>
        writeFileSync(files[1] ?? '', readFileSync(files[1] ?? '').subarray(0, -1)),
      (files: readonly string[]) => rmSync(files[1] ?? ''),
    ]
    for (const damage of damages) {
      const folder = await logFolder(t)
      const first = await openLog(t, folder, { fileBytes: 1 })
      const topic = await newTopic(first.broker, { partitions: 1 })
      for (const value of ['a', 'b', 'c']) await first.broker.append([record(topic, 'k', value)])
      await first.close()
      damage(filesIn(folder))
      await assert.rejects(openLog(t, folder), {
        code: 'C4A_STORE_CORRUPT',
        message: /from byte 0 of '.*' on: the checksum|Offsets 1 to 1 of partition 0/,
      })
    }
  })
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  writeFileSync(file, bytes)
}
