import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openDataFolder } from '../../../topology/adapters/file-log/data-folder.ts'
import {
  type LogDisk,
  type LogFileHandle,
  logDisk,
} from '../../../topology/adapters/file-log/log-disk.ts'
import { DatabaseSync } from '../../../topology/adapters/sqlite/node-sqlite.ts'
import {
  all,
  newGroup,
  newTopic,
  record,
  recorder,
  text,
} from '../../conformance/broker/broker-fixtures.ts'
import { until } from '../../until.ts'
import { logFolder, openLog } from './log-folder.ts'

const script = join(import.meta.dirname, 'append-until-killed.ts')

/** A real disk that fails when told to: after so many bytes of a write, and with what code. */
function failingDisk() {
  let code: string | null = null
  let after = 0
  const wrapped = (opened: Promise<LogFileHandle>): Promise<LogFileHandle> =>
    opened.then((handle) => ({
      finish: (bytes) => handle.finish(bytes),
      close: () => handle.close(),
      async write(bytes, position) {
        if (code === null) return handle.write(bytes, position)
        await handle.write(bytes.subarray(0, after), position)
        throw Object.assign(new Error(`${code}: as told`), { code })
      },
    }))
  const disk: LogDisk = {
    create: (path) => wrapped(logDisk.create(path)),
    cut: logDisk.cut,
    reopen: (path) => wrapped(logDisk.reopen(path)),
  }
  return {
    disk,
    with(told: string | null, bytes = 0) {
      code = told
      after = bytes
    },
  }
}

function child(folder: string) {
  const args = ['--disable-warning=ExperimentalWarning', script, folder]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

describe('the log in files', () => {
  for (const after of [1, 300, 2000]) {
    test(`keeps everything acknowledged when its process is killed after ${after} records`, async (t) => {
      const folder = await logFolder(t)
      const writer = child(folder)
      const ended = new Promise((resolve) => writer.once('close', resolve))
      let said = ''
      writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
        if (said.split('\n').length > after + 1) writer.kill('SIGKILL')
      })
      await ended
      const acknowledged = said.split('\n').slice(1, -1)
      assert.ok(acknowledged.length >= after)

      const { broker } = await openLog(t, folder)
      const seen = new Map<string, number>()
      const kept = new Map<string, string>()
      for (let partition = 0; partition < 4; partition++) {
        for (const each of await all(broker, 't', partition)) {
          assert.equal(
            Number(text(each)),
            (seen.get(each.key) ?? -1) + 1,
            `${each.key} in order, none missing`,
          )
          assert.equal(each.headers['n'], text(each))
          seen.set(each.key, Number(text(each)))
          kept.set(`${partition} ${each.offset}`, `${each.key} ${text(each)}`)
        }
      }
      for (const line of acknowledged) {
        const [key, number, partition, offset] = line.split(' ')
        assert.equal(kept.get(`${partition} ${offset}`), `${key} ${number}`)
      }
      const next = (await broker.ends('t')).reduce((sum, end) => sum + end.next, 0)
      assert.equal(next, kept.size, 'the next offsets follow what is kept')
    })
  }

  test('lets only one process at a time have a folder, and says so in a sentence', async (t) => {
    const folder = await logFolder(t)
    const { close } = await openLog(t, folder)
    await assert.rejects(openDataFolder(folder), { code: 'C4A_CONFLICT', message: /in use/ })
    const second = child(folder)
    let complaint = ''
    second.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint += chunk
    })
    await new Promise((resolve) => second.once('close', resolve))
    assert.match(complaint, /The data folder '.*' is in use: another process has its log open/)
    await close()
    await openLog(t, folder)
  })

  test('has tables beside it, which commit with WAL and a full fsync, relaxed writes without one', async (t) => {
    const { tables } = (await openLog(t, await logFolder(t))).data
    const ask = [
      { sql: 'PRAGMA journal_mode', params: [] },
      { sql: 'PRAGMA synchronous', params: [] },
    ]
    const answers = (rows: readonly (readonly object[])[]) =>
      rows.map(([row]) => Object.values(row ?? {})[0])
    // 2 is FULL, 1 is NORMAL: https://sqlite.org/pragma.html#pragma_synchronous
    assert.deepEqual(answers(await tables.commits.write(ask)), ['wal', 2])
    assert.deepEqual(answers(await tables.commits.write(ask, { relaxed: true })), ['wal', 1])
    const together = [tables.commits.write(ask, { relaxed: true }), tables.commits.write(ask)]
    assert.deepEqual((await Promise.all(together)).map(answers), [
      ['wal', 2],
      ['wal', 2],
    ])
  })

  test('names partition and offsets of a damaged batch, and loses nothing else', async (t) => {
    const folder = await logFolder(t)
    const first = await openLog(t, folder)
    const topic = await newTopic(first.broker, { partitions: 2 })
    for (let i = 0; i < 5; i++) {
      const at = (partition: number) => ({ ...record(topic, 'k', `${i}`), partition })
      await first.broker.append([at(1), at(1), at(0)])
    }
    await first.close()
    const [file = ''] = globSync(join(folder, 'log', '*.log'))
    const bytes = readFileSync(file)
    // Each commit is a block of two segments, and the frames of partition 1 stand first: 'k', and a digit as the value.
    const third = bytes.indexOf('k2')
    bytes[third + 1] = 0
    writeFileSync(file, bytes)

    const reports: unknown[] = []
    const { broker } = await openLog(t, folder, { report: (error) => reports.push(error) })
    const damaged = {
      code: 'C4A_STORE_CORRUPT',
      message: new RegExp(`Offsets 4 to 5 of partition 1 of topic '${topic}'`),
    }
    const read = (offset: number) =>
      broker.read({ topic, partition: 1, offset }, { maxRecords: 100, maxWaitMs: 0 })
    assert.deepEqual(
      (await read(0)).map(({ offset }) => offset),
      [0, 1, 2, 3],
    )
    await assert.rejects(read(4), damaged)
    assert.deepEqual(
      (await read(6)).map(({ offset }) => offset),
      [6, 7, 8, 9],
    )
    assert.equal((await all(broker, topic, 0)).length, 5)
    const member = recorder()
    const options = {
      group: newGroup(),
      topics: [topic],
      from: 'earliest',
      revokeTimeoutMs: 1000,
    } as const
    await broker.subscribe(options, member.listener)
    await until('the fault is reported', () => reports.length > 0)
    await until('the rest is handed over', () => member.records.length === 9)
    assert.equal((reports[0] as { code?: string }).code, 'C4A_STORE_CORRUPT')
    await broker.append([{ ...record(topic, 'k', 'on'), partition: 1 }])
  })

  test('refuses appends while the disk is full, and then goes on without a gap', async (t) => {
    const folder = await logFolder(t)
    const failing = failingDisk()
    const { broker, close } = await openLog(t, folder, { disk: failing.disk })
    const topic = await newTopic(broker, { partitions: 1 })
    await broker.append([record(topic, 'k', 'first')])
    failing.with('ENOSPC', 100)
    const large = { ...record(topic, 'k', null), value: new Uint8Array(100_000) }
    const refused = await Promise.allSettled([1, 2, 3].map(() => broker.append([large])))
    for (const each of refused) {
      assert.equal(
        each.status === 'rejected' && (each.reason as { code?: string }).code,
        'C4A_BROKER_UNREACHABLE',
      )
    }
    assert.equal((await broker.ends(topic))[0]?.next, 1)
    failing.with(null)
    assert.equal((await broker.append([record(topic, 'k', 'second')]))[0]?.offset, 1)
    await close()
    const again = await openLog(t, folder)
    assert.deepEqual((await all(again.broker, topic)).map(text), ['first', 'second'])
  })

  test('acknowledges nothing more after a failed fsync, until it is opened again', async (t) => {
    const folder = await logFolder(t)
    const failing = failingDisk()
    const first = await openLog(t, folder, { disk: failing.disk })
    const topic = await newTopic(first.broker, { partitions: 1 })
    const append = () => first.broker.append([record(topic, 'k', 'v')])
    await append()
    failing.with('EIO')
    const unreachable = { code: 'C4A_BROKER_UNREACHABLE', message: /EIO/ }
    // One is on its way while the other waits: they go together.
    await Promise.all([
      assert.rejects(append(), unreachable),
      assert.rejects(append(), unreachable),
    ])
    failing.with(null)
    await assert.rejects(append(), unreachable)
    await first.close()
    const { broker } = await openLog(t, folder)
    assert.equal((await broker.append([record(topic, 'k', 'v')]))[0]?.offset, 1)
  })

  test('undoes a refused statement alone, with all of its own write', async (t) => {
    const { commits } = (await openLog(t, await logFolder(t))).data.tables
    await commits.write([{ sql: 'CREATE TABLE x (a INTEGER PRIMARY KEY, b TEXT)', params: [] }])
    const insert = (a: number, b: string) => ({
      sql: 'INSERT INTO x VALUES (?, ?) RETURNING a',
      params: [a, b],
    })
    const [one, two, three] = await Promise.allSettled([
      commits.write([insert(1, 'one')]),
      commits.write([insert(2, 'two'), insert(1, 'again')]),
      commits.write([insert(3, 'three'), { sql: 'SELECT count(*) AS n FROM x', params: [] }]),
    ])
    assert.deepEqual(one, { status: 'fulfilled', value: [[{ a: 1 }]] })
    assert.equal(
      two?.status === 'rejected' && (two.reason as { code?: string }).code,
      'C4A_INTERNAL',
    )
    assert.deepEqual(three, { status: 'fulfilled', value: [[{ a: 3 }], [{ n: 2 }]] })
  })

  test('refuses a file of a later layout with a sentence', async (t) => {
    const folder = await logFolder(t)
    await (await openLog(t, folder)).close()
    const file = new DatabaseSync(join(folder, 'log.sqlite'))
    file.exec('PRAGMA user_version=99')
    file.close()
    await assert.rejects(openDataFolder(folder), {
      code: 'C4A_STORE_CORRUPT',
      message: /layout has version 99/,
    })
    await assert.rejects(
      openDataFolder(folder),
      { code: 'C4A_STORE_CORRUPT' },
      'the folder is not left locked',
    )
  })

  test('forgets tombstones in time, and still knows its end', async (t) => {
    const folder = await logFolder(t)
    const options = { cleanEveryMs: 5, compactEvery: 1, tombstonesMs: 0 }
    const { broker, close } = await openLog(t, folder, options)
    const topic = await newTopic(broker, { partitions: 1, cleanup: 'compact' })
    const old = { timestampMs: Date.now() - 1000 }
    await broker.append([
      { ...record(topic, 'k', 'v'), ...old },
      { ...record(topic, 'k', null), ...old },
    ])
    await until('nothing is left', async () => (await all(broker, topic)).length === 0)
    await close()
    const again = await openLog(t, folder, options)
    assert.equal((await again.broker.append([record(topic, 'k', 'v')]))[0]?.offset, 2)
  })
})
