import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'

type Cell = string | number | boolean | null

/** A column: its PostgreSQL type, and how a row gives its value. */
export type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => Cell]>>

/**
 * Prepares `insert into table (...) select * from unnest(...) on conflict ...`: one statement for any
 * number of rows. `conflict` is what follows `on conflict`; it cannot touch a row twice, so the rows
 * of a batch must have distinct keys.
 */
export function upsert<Row>(
  table: string,
  columns: Columns<Row>,
  conflict: string,
): (rows: readonly Row[]) => Statement {
  const names = Object.keys(columns)
  const defs = Object.values(columns)
  const arrays = defs.map(([type], i) => `$${i + 1}::${type}[]`)
  const text = `insert into ${table} (${names.join(', ')})
    select * from unnest(${arrays.join(', ')})
    on conflict ${conflict}`

  return (rows) => ({ text, params: defs.map(([, of]) => arrayLiteral(rows, of)) })
}
