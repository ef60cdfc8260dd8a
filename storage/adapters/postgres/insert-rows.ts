import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'

type Cell = string | number | boolean | null

/** A column: its PostgreSQL type, and how a row gives its value. */
export type Columns<Row> = Readonly<
  Record<string, readonly [type: ColumnType, of: (row: Row) => Cell]>
>

/** `json`: a text column whose values are JSON without line breaks, as JSON.stringify writes it. */
type ColumnType = 'text' | 'int' | 'bigint' | 'boolean' | 'jsonb' | 'json'

/**
 * Prepares `insert into table (...) select * from unnest(...) as new (...)` and what follows it: one
 * statement for any number of rows, at least one. `on conflict do update` cannot touch a row twice, so the
 * rows of a batch must have distinct keys there.
 */
export function insertRows<Row>(
  table: string,
  columns: Columns<Row>,
  ending: string,
): (rows: readonly Row[]) => Statement {
  const names = Object.keys(columns).join(', ')
  const defs = Object.values(columns)
  const arrays = defs.map(([type], i) =>
    type === 'json' ? `string_to_array($${i + 1}, E'\\n')` : `$${i + 1}::${type}[]`,
  )
  const text = `insert into ${table} (${names})
    select * from unnest(${arrays.join(', ')}) as new (${names})
    ${ending}`

  return (rows) => ({
    text,
    params: defs.map(([type, of]) =>
      type === 'json' ? rows.map(of).join('\n') : arrayLiteral(rows, of),
    ),
  })
}
