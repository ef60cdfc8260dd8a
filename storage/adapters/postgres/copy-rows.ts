import type { Copy } from '../../ports/sql.ts'
import { ByteRoom } from './byte-room.ts'
import type { Column, Columns } from './insert-rows.ts'
import { JsonList } from './json-list.ts'

/**
 * Prepares `copy table (...) from stdin` for rows that are not there yet: two thirds of what an insert of the same rows
 * costs. In COPY's binary format (manual, COPY, "Binary Format"): nothing is escaped, looked through or parsed. As everywhere
 * in the tables NUL becomes U+FFFD, lest one odd character stop a whole batch.
 */
export function copyRows<Row>(
  table: string,
  columns: Columns<Row>,
): (rows: readonly Row[]) => Copy {
  const copyInto = `${table} (${Object.keys(columns).join(', ')})`
  const writers = Object.values(columns).map(writerOf)
  return (rows) => {
    room.end = header.copy(room.bytes)
    for (const row of rows) {
      int16(writers.length)
      for (const write of writers) write(row)
    }
    int16(-1)
    return { copyInto, rows: new Uint8Array(room.bytes.subarray(0, room.end)) }
  }
}

/** Signature, no flags, no extension. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')

/** One for all batches: each is copied out of it. */
const room = new ByteRoom(256 * 1024)
const list = new JsonList(room)

function int16(value: number): void {
  room.reserve(2)
  room.end = room.bytes.writeInt16BE(value, room.end)
}

/** Writes a cell: its length, then its bytes. */
function writerOf<Row>(column: Column<Row>): (row: Row) => void {
  if ('json' in column) return (row) => writeJson(column.json, row)
  const [type, of] = column
  if (type === 'jsonb') throw new Error('jsonb has a form of its own')
  const integerBytes = type === 'int' ? 4 : 8
  return (row) => writeCell(of(row), integerBytes)
}

function writeJson<Row>(write: (list: JsonList, row: Row) => void, row: Row): void {
  const at = room.end
  room.int32(0)
  list.begin()
  write(list, row)
  room.setInt32(at, room.end - at - 4)
}

function writeCell(cell: string | number | boolean | null, integerBytes: 4 | 8): void {
  if (cell === null) room.int32(-1)
  else if (typeof cell === 'string') writeText(cell)
  else if (typeof cell === 'boolean') {
    room.int32(1)
    room.reserve(1)
    room.end = room.bytes.writeInt8(cell ? 1 : 0, room.end)
  } else {
    room.int32(integerBytes)
    if (integerBytes === 4) room.int32(cell)
    else room.int64(cell)
  }
}

function writeText(cell: string): void {
  const at = room.end
  room.int32(0)
  room.utf8(cell.includes('\0') ? cell.replaceAll('\0', '\uFFFD') : cell)
  room.setInt32(at, room.end - at - 4)
}
