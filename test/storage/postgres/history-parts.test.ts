import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import {
  keepHistoryParts,
  renewHistoryParts,
} from '../../../storage/adapters/postgres/history-parts.ts'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import type { Sql } from '../../../storage/ports/sql.ts'
import { historySuite } from '../../conformance/history.ts'
import { historyBatchesSuite } from '../../conformance/history-batches.ts'
import { batchOf, noon, story } from '../../conformance/history-story.ts'
import { noServer, testDatabase } from './test-database.ts'

const database = await testDatabase()
const day = 86_400_000

if (!database) {
  test('history in parts', { skip: noServer }, () => {})
} else {
  const { connectionString } = database
  const shared = poolSql({ connectionString })
  after(async () => {
    await shared.close()
    await database.remove()
  })
  // As it is in a cluster: the stories lie in several parts, and some of what they tell in the rest.
  await renewHistoryParts(shared, { partMs: 1_000, keepMs: null }, noon)

  historySuite('a server, in parts', async () => postgresHistory(shared))
  historyBatchesSuite('a server, in parts', async () => postgresHistory(shared))

  describe('history in parts', () => {
    const tables = ['message', 'rejection', 'delivery_note', 'message_text']

    test('has a part for now, the next ones and the one before, of each table', async () => {
      const sql = await emptied()
      await renewHistoryParts(sql, { partMs: 7 * day, keepMs: null }, noon)
      const parts = await partsOf(sql)
      for (const name of tables) {
        const own = parts.filter((each) => each.name === name)
        assert.equal(own.length, 4, name)
        assert.deepEqual(
          own.map(({ from_ms }) => from_ms),
          [-1, 0, 1, 2].map((n) => noon - (noon % (7 * day)) + n * 7 * day),
        )
        for (const { from_ms, to_ms } of own) assert.equal(to_ms - from_ms, 7 * day)
      }
    })

    test('is made by one of many that come at once, and once', async () => {
      const sql = await emptied()
      const renewals = Array.from({ length: 6 }, () =>
        renewHistoryParts(sql, { partMs: day, keepMs: null }, noon),
      )
      await Promise.all(renewals)
      assert.equal((await partsOf(sql)).length, 4 * tables.length)
    })

    test('takes out of the rest what came before its part was there', async () => {
      const sql = await emptied()
      const { tenant, history } = await told(sql, noon)
      assert.deepEqual(await rowsIn(sql, 'message_rest'), 1)
      await renewHistoryParts(sql, { partMs: day, keepMs: null }, noon)
      assert.deepEqual(await rowsIn(sql, 'message_rest'), 0)
      assert.equal((await history.message(tenant, 'm-1'))?.status, 'sent')
    })

    test('keeps what no part is for', async () => {
      const sql = await emptied()
      await renewHistoryParts(sql, { partMs: day, keepMs: null }, noon)
      const { tenant, history } = await told(sql, noon + 400 * day)
      assert.equal((await history.message(tenant, 'm-1'))?.status, 'sent')
    })

    test('forgets whole parts when all of them is too old, and nothing younger', async () => {
      const sql = await emptied()
      const week = { partMs: 7 * day, keepMs: null }
      const told1 = []
      for (let n = 0; n < 6; n++) {
        const nowMs = noon + n * 7 * day
        await renewHistoryParts(sql, week, nowMs)
        told1.push(await told(sql, nowMs))
      }
      const early = await told(sql, noon - 100 * day) // in the rest
      const before = (await partsOf(sql)).length
      const nowMs = noon + 5 * 7 * day
      await renewHistoryParts(sql, { partMs: 7 * day, keepMs: 21 * day }, nowMs)
      const kept: boolean[] = []
      for (const { history, tenant } of told1) {
        kept.push((await history.message(tenant, 'm-1')) !== undefined)
      }
      assert.deepEqual(kept, [false, false, true, true, true, true])
      assert.equal(await early.history.message(early.tenant, 'm-1'), undefined)
      assert.equal((await partsOf(sql)).length, before - 3 * tables.length)
    })

    test('may be cut otherwise later on: parts that are there stay', async () => {
      const sql = await emptied()
      await renewHistoryParts(sql, { partMs: 7 * day, keepMs: null }, noon)
      await renewHistoryParts(sql, { partMs: day, keepMs: null }, noon + 20 * day)
      const parts = (await partsOf(sql)).filter(({ name }) => name === 'message')
      const overlapping = parts.filter(
        ({ to_ms }, at) => to_ms > (parts[at + 1]?.from_ms ?? Number.POSITIVE_INFINITY),
      )
      assert.deepEqual(overlapping, [])
      assert.ok(parts.length > 4)
    })

    test('is asked only for the parts that a page may lie in', async () => {
      const sql = await emptied()
      for (let n = 0; n < 8; n++) {
        await renewHistoryParts(sql, { partMs: day, keepMs: null }, noon + n * day)
      }
      const plan = await sql.query<{ 'QUERY PLAN': string }>(
        `explain select * from message where tenant = 't' and conversation_id = 'c'
         and accepted_at < ${noon - 2 * day} order by accepted_at desc limit 10`,
      )
      const scans = plan.filter((row) => row['QUERY PLAN'].includes('Scan'))
      assert.equal(scans.length, 1, plan.map((row) => row['QUERY PLAN']).join('\n'))
    })

    test('is kept up by a process from its start, which says when it cannot', async () => {
      const sql = await emptied()
      const reported: unknown[] = []
      const report = (error: unknown) => reported.push(error)
      const keeping = keepHistoryParts(sql, { partMs: day, keepMs: day, report })
      await keeping.close()
      assert.ok((await partsOf(sql)).length >= 12)
      assert.deepEqual(reported, [])
      const gone = poolSql({ connectionString: 'postgres://c4a@127.0.0.1:1/postgres' })
      const failing = keepHistoryParts(gone, { partMs: day, keepMs: null, report })
      while (reported.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await failing.close()
      await gone.close()
    })
  })

  /** The same tables without a row and without parts. */
  async function emptied(): Promise<Sql> {
    await shared.query('select drop_history_parts($1)', [Number.MAX_SAFE_INTEGER])
    return shared
  }
}

/** A message that was sent. */
async function told(sql: Sql, atMs: number) {
  const history = postgresHistory(sql)
  const { tenant, message, delivery, receipt } = story(`t-${randomUUID()}`)
  const sent = delivery({ acceptedAt: atMs })
  await history.apply(
    batchOf({
      messages: [message({ acceptedAt: atMs })],
      deliveries: [sent],
      receipts: [receipt(sent, 'sent', { observedAt: atMs + 5, providerAt: null })],
    }),
  )
  return { tenant, history }
}

interface Part {
  readonly name: string
  readonly from_ms: number
  readonly to_ms: number
}

const partsOf = (sql: Sql) =>
  sql.query<Part>('select name, from_ms, to_ms from history_part order by name, from_ms')

async function rowsIn(sql: Sql, table: string): Promise<number | undefined> {
  const [row] = await sql.query<{ rows: number }>(`select count(*) as rows from ${table}`)
  return row?.rows
}
