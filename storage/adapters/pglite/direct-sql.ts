import type { PGlite } from '@electric-sql/pglite'
import type { Sql } from '../../ports/sql.ts'
import { storeError } from '../postgres/store-error.ts'

/** PGlite in the calling thread; every statement blocks it. The worker is who calls. */
export function directSql(db: PGlite): Sql {
  return {
    async query<Row extends object>(text: string, params = []) {
      try {
        const { rows } = await db.query<Row>(text, [...params])
        return rows
      } catch (error) {
        throw storeError(error)
      }
    },
    async batch(statements) {
      try {
        await db.transaction(async (tx) => {
          for (const { text, params } of statements) {
            await (params ? tx.query(text, [...params]) : tx.exec(text))
          }
        })
      } catch (error) {
        throw storeError(error)
      }
    },
    close: () => db.close(),
  }
}
