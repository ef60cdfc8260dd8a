import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Closers } from '../../cli/compose/closers.ts'
import { partedHistory } from '../../cli/compose/parted-history.ts'
import { readHistory } from '../../cli/compose/read-history.ts'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import { primarySql } from '../../storage/adapters/postgres/primary-sql.ts'
import { batchOf, story } from '../conformance/history-story.ts'
import { noServer, testDatabase } from '../storage/postgres/test-database.ts'
import { until } from '../until.ts'

const database = await testDatabase()
const day = 86_400_000

if (!database) {
  test("a cluster's history", { skip: noServer }, () => {})
} else {
  after(() => database.remove())

  describe("a cluster's history", () => {
    test('is cut into parts by the process that writes it, from the first batch on', async () => {
      const closers = new Closers()
      const servers = [database.connectionString]
      const sql = primarySql({ servers })
      closers.add(() => sql.close())
      const report = (error: unknown) => assert.fail(String(error))
      const keeping = { partMs: 7 * day, keepMs: 30 * day, report }
      const written = partedHistory(postgresHistory(sql), sql, keeping, closers)
      const read = readHistory(written, { servers, primary: sql }, closers)
      const parts = () => sql.query('select 1 from history_part')
      assert.equal((await parts()).length, 0)

      const { tenant, message } = story('of a cluster')
      const acceptedAt = Date.now()
      await written.apply(batchOf({ messages: [message({ acceptedAt })] }))
      await until('the parts are cut', async () => (await parts()).length >= 12)
      // There is no standby: the primary answers.
      assert.equal((await read.message(tenant, 'm-1'))?.message.acceptedAt, acceptedAt)
      await closers.close()
    })
  })
}
