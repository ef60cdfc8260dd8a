import type { TestContext } from 'node:test'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import type { Sql } from '../../../storage/ports/sql.ts'
import type { Reopening } from '../../conformance/reopening.ts'

/** Stores over tables of one database: emptied for each test, kept for the process that comes next. */
export function overTables<Port>(
  connectionString: string,
  tables: readonly string[],
  open: (sql: Sql) => Port,
): Reopening<Port> {
  let sql: Sql | undefined

  function start(t: TestContext): Port {
    const opened = poolSql({ connectionString })
    sql = opened
    t.after(() => opened.close())
    return open(opened)
  }

  return {
    async fresh(t) {
      const store = start(t)
      await sql?.query(`truncate ${tables.join(', ')}`)
      return store
    },
    async reopened(t) {
      await sql?.close()
      return start(t)
    },
  }
}
