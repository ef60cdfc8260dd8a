import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { ByteRoom } from './byte-room.ts'
import { JsonList } from './json-list.ts'

type Cell = string | number | boolean | null

/** A column: its PostgreSQL type, and how a row gives its value. */
export type Columns<Row> = Readonly<Record<string, Column<Row>>>

export type Column<Row> =
  | readonly [type: 'text' | 'int' | 'bigint' | 'boolean' | 'jsonb', of: (row: Row) => Cell]
  /** A text column whose values are JSON lists. */
  | { readonly json: (list: JsonList, row: Row) => void }

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
  const arrays = defs.map((column, i) =>
    'json' in column ? `string_to_array($${i + 1}, E'\\n')` : `$${i + 1}::${column[0]}[]`,
  )
  const text = `insert into ${table} (${names})
    select * from unnest(${arrays.join(', ')}) as new (${names})
    ${ending}`

  return (rows) => ({
    text,
    params: defs.map((column) =>
      'json' in column ? linesOf(rows, column.json) : arrayLiteral(rows, column[1]),
    ),
  })
}

/** JSON has no line break but as an escape. */
function linesOf<Row>(rows: readonly Row[], write: (list: JsonList, row: Row) => void): string {
  const room = new ByteRoom(1024)
  const list = new JsonList(room)
  for (const row of rows) {
    if (room.end > 0) room.utf8('\n')
    list.begin()
    write(list, row)
  }
  return room.bytes.toString('utf8', 0, room.end)
}
