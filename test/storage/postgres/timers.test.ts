import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { postgresTimers } from '../../../topology/adapters/postgres/timers.ts'
import type { Timer } from '../../../topology/ports/timers.ts'
import { timersSuite } from '../../conformance/timers.ts'
import { overTables } from './over-tables.ts'
import { noServer, testDatabase } from './test-database.ts'

const database = await testDatabase()

const timer = (id: string, dueMs: number): Timer => ({
  id,
  dueMs,
  record: { topic: 'receipts', key: 'k\u0000', value: null, headers: { odd: '\u0000' } },
})
const idsOf = (timers: readonly Timer[]) => timers.map(({ id }) => id)

if (!database) {
  test('timers on PostgreSQL', { skip: noServer }, () => {})
} else {
  after(() => database.remove())
  const tables = ['timer', 'timer_turn']
  const over = (turnMs: number) =>
    overTables(database.connectionString, tables, (sql) => ({
      mine: postgresTimers(sql, { turnMs }),
      others: postgresTimers(sql, { turnMs }),
    }))

  timersSuite(
    'PostgreSQL',
    overTables(database.connectionString, tables, (sql) => postgresTimers(sql)),
  )

  describe('timers on PostgreSQL', () => {
    test('tell one process at a time, and any process takes what another scheduled', async (t) => {
      const { mine, others } = await over(60_000).fresh(t)
      await mine.schedule([timer('a', 10), timer('b\u0000', 20)])
      assert.deepEqual(idsOf(await others.due(30, 9)), ['a', 'b\u0000'])
      assert.deepEqual(await mine.due(30, 9), [])
      await others.done(['a'])
      assert.deepEqual(await mine.due(30, 9), [])
      assert.deepEqual(idsOf(await others.due(30, 9)), ['b\u0000'])
    })

    test('give the turn to another when its holder asks no more', async (t) => {
      const { mine, others } = await over(1).fresh(t)
      await mine.schedule([timer('a', 10)])
      assert.deepEqual(idsOf(await mine.due(30, 9)), ['a'])
      const took = async () => (await others.due(30, 9)).length > 0
      while (!(await took()));
      await others.done(['a'])
      assert.deepEqual(await others.due(30, 9), [])
    })

    test('give nobody the turn while nothing is due', async (t) => {
      const { mine, others } = await over(60_000).fresh(t)
      await mine.schedule([timer('a', 10)])
      assert.deepEqual(await mine.due(9, 9), [])
      assert.deepEqual(idsOf(await others.due(10, 9)), ['a'])
    })

    test('keep one of each when many schedule the same at once', async (t) => {
      const { mine, others } = await over(60_000).fresh(t)
      const many = Array.from({ length: 300 }, (_, nth) => timer(`t-${nth}`, nth))
      const both = [mine.schedule(many), others.schedule(many.toReversed())]
      await Promise.all([...both, ...both.map(() => mine.schedule(many))])
      assert.deepEqual(idsOf(await mine.due(1_000, 1_000)), idsOf(many))
    })
  })
}
