import type { PGlite, Transaction } from '@electric-sql/pglite'
import type { Sql, Statement } from '../../ports/sql.ts'
import { storeError } from '../postgres/store-error.ts'
import { preparedStatements, type RunPrepared } from './prepared-statements.ts'
import { type RowsDevice, rowsDevice } from './rows-device.ts'

const damaged = 'Start again: the tables are then set aside and made anew from the log'

/** PGlite in the calling thread; every statement blocks it. The worker is who calls. */
export function directSql(db: PGlite): Sql {
  const device = rowsDevice(db)
  const prepared = preparedStatements()
  return {
    async query<Row extends object>(text: string, params = []) {
      try {
        const { rows } = await db.query<Row>(text, [...params])
        return rows
      } catch (error) {
        throw storeError(error, damaged)
      }
    },
    async batch(statements) {
      try {
        await db.transaction(async (tx) => {
          for (const statement of statements) await run(tx, statement, device, prepared)
        })
      } catch (error) {
        throw storeError(error, damaged)
      }
    },
    close: () => db.close(),
  }
}

async function run(
  tx: Transaction,
  statement: Statement,
  device: RowsDevice,
  prepared: RunPrepared,
): Promise<void> {
  if ('copyInto' in statement) {
    // One transaction runs at a time, and so one copy.
    device.hold(statement.rows)
    try {
      await tx.exec(`copy ${statement.copyInto} from '${device.path}' with (format binary)`)
    } finally {
      device.drop()
    }
  } else {
    const { text, params } = statement
    await (params ? prepared(tx, text, params) : tx.exec(text))
  }
}
