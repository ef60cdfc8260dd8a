import { after, test } from 'node:test'
import { postgresLedger } from '../../../storage/adapters/postgres/ledger.ts'
import { ledgerSuite } from '../../conformance/ledger.ts'
import { overTables } from './over-tables.ts'
import { noServer, testDatabase } from './test-database.ts'

const month = 30 * 24 * 3_600_000
const database = await testDatabase()

if (!database) {
  test('the ledger on PostgreSQL', { skip: noServer }, () => {})
} else {
  after(() => database.remove())

  ledgerSuite(
    'PostgreSQL',
    overTables(database.connectionString, ['ledger'], (sql) => postgresLedger(sql, month)),
  )
}
