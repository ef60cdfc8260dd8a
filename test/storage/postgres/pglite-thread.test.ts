import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type WorkerSqlSettings, workerSql } from '../../../storage/adapters/pglite/worker-sql.ts'
import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { batchOf, story } from '../../conformance/history-story.ts'

const { tenant, message } = story('folder')
const parent = mkdtempSync(join(tmpdir(), 'c4a-pglite-'))
// Made once: each case damages a copy of its own.
const good = join(parent, 'good')

describe('PGlite in a folder', () => {
  before(async () => {
    const sql = workerSql({ folder: good, damaged: 'refuse', log: () => {} })
    await postgresHistory(sql).apply(batchOf({ messages: [message()] }))
    await sql.close()
  })
  after(() => rmSync(parent, { recursive: true }))

  test('finds what was there, under the same epoch', async (t) => {
    const first = opened(t, copyOf('kept'))
    const epoch = await first.history.epoch()
    assert.equal((await first.history.message(tenant, 'm-1'))?.status, 'accepted')
    await first.sql.close()
    const second = opened(t, first.folder)
    assert.equal(await second.history.epoch(), epoch)
    assert.deepEqual(second.said, [])
  })

  test('answers nothing after it was closed', async (t) => {
    const { sql } = opened(t, copyOf('closed'))
    const asked = sql.query('select 1 as one')
    await sql.close()
    assert.deepEqual(await asked, [{ one: 1 }])
    await assert.rejects(sql.query('select 1'), (error) => isCode(error, 'C4A_STORE_UNREACHABLE'))
  })

  test('keeps every acknowledged batch of a process that was killed', async (t) => {
    const folder = copyOf('killed')
    const child = spawn(process.execPath, ['--input-type=module', '--eval', writer(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let acknowledged = 0
    for await (const chunk of child.stdout) {
      acknowledged = Number(String(chunk).trim().split('\n').at(-1))
      if (acknowledged >= 20) break
    }
    assert.ok(acknowledged >= 20, 'the writer ended by itself')
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    const { history, said } = opened(t, folder)
    const found = await history.messages(tenant, 'c-killed', { limit: 10_000 })
    assert.ok(found.length >= acknowledged, `${found.length} of ${acknowledged}`)
    assert.deepEqual(said, [])
  })

  const damages: Record<string, (folder: string) => void> = {
    'a truncated file': (folder) =>
      truncateSync(join(folder, 'pgdata', 'global', 'pg_control'), 100),
    'a missing file': (folder) => rmSync(join(folder, 'pgdata', 'PG_VERSION')),
    'a torn page': (folder) => tearTables(folder),
    'another boot since it was left open': (folder) => leftOpenBefore(folder),
    'files that nobody vouches for': (folder) => rmSync(join(folder, 'trust.json')),
  }
  for (const [name, damage] of Object.entries(damages)) {
    test(`takes no folder with ${name} for good`, async (t) => {
      const folder = copyOf(name.replaceAll(' ', '-'))
      damage(folder)
      const { sql } = opened(t, folder, { damaged: 'refuse' })
      const corrupt = (error: unknown) => isCode(error, 'C4A_STORE_CORRUPT')
      await assert.rejects(sql.query('select 1'), corrupt)
      await assert.rejects(sql.query('select 1'), corrupt)
      assert.deepEqual(asideOf(folder), [])
    })
  }

  test('moves a damaged folder aside whole, and begins anew under another epoch', async (t) => {
    const folder = copyOf('moved')
    const kept = treeSize(folder)
    const first = workerSql({ folder, damaged: 'refuse', log: () => {} })
    const epoch = await postgresHistory(first).epoch()
    await first.close()
    truncateSync(join(folder, 'pgdata', 'global', 'pg_control'), 100)

    const { sql, history, said } = opened(t, folder)
    // asked while the first thread is still opening: waits for the new tables
    assert.equal(await history.message(tenant, 'm-1'), undefined)
    assert.notEqual(await history.epoch(), epoch)
    const [aside = 'nothing'] = asideOf(folder)
    assert.deepEqual([said.length, said[0]?.includes(aside)], [1, true])
    assert.ok(treeSize(join(parent, aside)) >= kept)

    await history.apply(batchOf({ messages: [message()] }))
    await sql.close()
    const again = opened(t, folder)
    assert.equal((await again.history.message(tenant, 'm-1'))?.status, 'accepted')
  })

  test('tries again by itself while its folder cannot be opened', async (t) => {
    const folder = join(parent, 'barred')
    writeFileSync(folder, 'a file where the folder should be')
    const { history, said } = opened(t, folder, { backoffMs: 1 })
    await assert.rejects(history.epoch(), (error) => isCode(error, 'C4A_STORE_UNREACHABLE'))
    assert.ok(said[0]?.includes('Next try in 1 ms'))
    rmSync(folder)
    cpSync(good, folder, { recursive: true })
    for (;;) {
      const view = await history.message(tenant, 'm-1').catch((error: unknown) => {
        assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'), String(error))
        return new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))
      })
      if (view) break
    }
  })

  test('cleans up what a killed first start left, without a fuss', async (t) => {
    const folder = join(parent, 'half')
    mkdirSync(join(folder, 'pgdata'), { recursive: true })
    writeFileSync(join(folder, 'pgdata', 'PG_VERSION'), '18\n')
    const trust = { boot: { id: 'x', at: 0 }, made: false, clean: false, damaged: null }
    writeFileSync(join(folder, 'trust.json'), JSON.stringify(trust))
    const { history, said } = opened(t, folder)
    assert.equal(await history.message(tenant, 'm-1'), undefined)
    assert.deepEqual(said, [])
  })
})

const asideOf = (folder: string): string[] =>
  readdirSync(parent).filter((each) => join(parent, each).startsWith(`${folder}.damaged-`))

function copyOf(name: string): string {
  const folder = join(parent, name)
  cpSync(good, folder, { recursive: true })
  return folder
}

function opened(t: TestContext, folder: string, over: Partial<WorkerSqlSettings> = {}) {
  const said: string[] = []
  const sql = workerSql({ folder, damaged: 'rebuild', log: (line) => said.push(line), ...over })
  t.after(() => sql.close())
  return { sql, history: postgresHistory(sql), said, folder }
}

/** Half a page of every larger table file is as it was before it was written. */
function tearTables(folder: string): void {
  const database = join(folder, 'pgdata', 'base')
  for (const entry of readdirSync(database, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/^\d+$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    for (let page = 0; page < bytes.length; page += 8192) bytes.fill(0, page + 4096, page + 8192)
    writeFileSync(path, bytes)
  }
}

function leftOpenBefore(folder: string): void {
  const path = join(folder, 'trust.json')
  const trust = JSON.parse(readFileSync(path, 'utf8'))
  const boot = { id: 'an-earlier-boot', at: trust.boot.at - 3_600_000 }
  writeFileSync(path, JSON.stringify({ ...trust, boot, clean: false }))
}

const treeSize = (folder: string): number => readdirSync(folder, { recursive: true }).length

/** A process that writes until it is killed, and says each number it has an answer for. */
function writer(folder: string): string {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  return `
    import { workerSql } from ${url('../../../storage/adapters/pglite/worker-sql.ts')}
    import { postgresHistory } from ${url('../../../storage/adapters/postgres/history.ts')}
    import { batchOf, story } from ${url('../../conformance/history-story.ts')}
    const sql = workerSql({ folder: ${JSON.stringify(folder)}, damaged: 'refuse', log: () => {} })
    const history = postgresHistory(sql)
    const { message } = story('folder')
    for (let n = 1; ; n += 1) {
      const ids = { messageId: 'k-' + n, submissionId: 'k-' + n, conversationId: 'c-killed' }
      await history.apply(batchOf({ messages: [message(ids)] }))
      process.stdout.write(n + '\\n')
    }`
}
