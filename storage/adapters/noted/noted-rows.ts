import { Chat4AllError } from '../../../topology/contract/errors.ts'
import { keyHash } from './key-hash.ts'
import type { Notes, TableParam, Tables } from './notes.ts'
import { PresentKeys } from './present-keys.ts'
import { rowStatements } from './row-statements.ts'

/** Rows by key, of which each change is a note in the log; a table has those of the last checkpoint. */
export interface NotedRows<Row> {
  /** A cell for each key, equal keys sharing one; good for the turn it is asked for in. Brings rows that are not in memory from the table. */
  load(keys: readonly string[]): readonly Cell<Row>[]
  /** As it stands, durable or not. */
  get(cell: Cell<Row>): Row | undefined
  /** Like `get` from now on; noted with the next `flush`. */
  set(cell: Cell<Row>, row: Row): void
  /** Notes what was set since the last time, together. Resolves when it is durable. */
  flush(): Promise<void>
}

export interface RowKind<Row> {
  readonly kind: string
  /** The table's columns besides `hash` and `key`, in the order of the row's values, with their types. */
  readonly columns: readonly string[]
  /** The column by whose value rows grow old. */
  readonly age: string
  /** The key, then the row's values in the columns' order. */
  list(key: string, row: Row): readonly TableParam[]
  /** Whether it is likely to be asked for again soon. Of others only the text is kept: fewer objects for the collector to walk. */
  comesBack(row: Row): boolean
  row(values: readonly unknown[]): Row
  /** Rows of a lower age are forgotten, some with each checkpoint. */
  oldest(): number
  /** How long notes may wait for a commit with records. Milliseconds. */
  readonly patienceMs: number
  /** What becomes of rows whose note the log did not take: they are as before, or stay and are noted again. */
  readonly lost: 'undone' | 'noted again'
}

/** A version of a row. */
interface Version<Row> {
  /** Undefined where only the text is kept, and where the row is not there. */
  readonly row: Row | undefined
  /** As it is noted, a JSON list of the key and the values; empty where the row is not there, or stands in the table. */
  readonly text: string
}

/**
 * A key that is not left to its table: one object, however many versions come, so that nothing has to be looked up
 * again when one of them is durable.
 */
export interface Cell<Row> {
  readonly key: string
  readonly hash: number
  /** The latest version, see there. */
  row: Row | undefined
  text: string
  /** Changed since the last checkpoint took it. */
  isFresh: boolean
  /** It has versions that are not durable; then `durable` is the one that is, undefined where the row was not there. */
  isOpen: boolean
  durable: Version<Row> | undefined
}

/** What is noted together: cells, and by their places the versions. */
interface Group<Row> {
  readonly cells: Cell<Row>[]
  readonly rows: Row[]
  readonly texts: string[]
}

/** More rows than this are not left to the next regular checkpoint; and so many mean that the tables cannot be written. */
const manyRows = 20_000
const mostRows = 400_000
/** Forgotten with each checkpoint beside as many as it brings: what is old goes in small steps, with the traffic. */
const prunedBeside = 1000

export async function notedRows<Row>(
  notes: Notes,
  { reader, commits }: Tables,
  kind: RowKind<Row>,
): Promise<NotedRows<Row>> {
  const sql = rowStatements(kind.kind, kind.columns, kind.age)
  await commits.write(sql.schema.map((text) => ({ sql: text, params: [] })))
  const select = reader.prepare(sql.select)
  const count = reader.prepare(sql.count)
  const someHashes = reader.prepare(sql.hashes)
  const present = new PresentKeys({
    rows: () => Number(count.all()[0]?.['rows'] ?? 0),
    next: (above, most) => someHashes.all(above, most).map(({ hash }) => Number(hash)),
  })
  /** What was asked for or changed since the last checkpoint; and what the one under way has taken. */
  let fresh = new Map<string, Cell<Row>>()
  let taken = new Map<string, Cell<Row>>()
  /** So many are fresh that a checkpoint was asked for. */
  let isAsked = false
  let toNote: Group<Row> = { cells: [], rows: [], texts: [] }

  const { note, isBroken } = notes.join(kind.kind, { replay, collect })

  function replay(text: string): void {
    // What `flush` noted: the checksum held.
    for (const list of JSON.parse(text) as [string, ...unknown[]][]) {
      const [key] = list
      const cell = cellOf(key) ?? newCell<Row>(key)
      cell.row = undefined
      cell.text = JSON.stringify(list)
      renew(cell)
    }
  }

  function cellOf(key: string): Cell<Row> | undefined {
    return fresh.get(key) ?? (taken.size > 0 ? taken.get(key) : undefined)
  }

  function renew(cell: Cell<Row>): void {
    if (cell.isFresh) return
    cell.isFresh = true
    fresh.set(cell.key, cell)
  }

  const textOf = (key: string, row: Row) => JSON.stringify(kind.list(key, row))

  function rowOf({ row, text }: Version<Row>): Row | undefined {
    if (row !== undefined || text === '') return row
    const [, ...values]: readonly unknown[] = JSON.parse(text) // written by `textOf`
    return kind.row(values)
  }

  function collect() {
    const mine = fresh
    taken = fresh
    fresh = new Map()
    const rows: string[] = []
    const newRows: string[] = []
    const gone: string[] = []
    const hashes: number[] = []
    mine.forEach((cell) => {
      if (!cell.isFresh) {
        // Only asked for.
        mine.delete(cell.key)
        return
      }
      cell.isFresh = false
      const { key, hash, text } = cell
      if (text === '') gone.push(key)
      else {
        hashes.push(hash)
        // In the table nothing is looked for that cannot be there.
        const to = present.mayHave(hash) ? rows : newRows
        // In two parts, which are joined by the comma between them.
        to.push(`[${hash}`, text.slice(1))
      }
    })
    if (mine.size === 0) return null
    // One checkpoint at a time: what the last one took is in the table, or among these again.
    present.told(hashes)
    const [all, added] = [listed(rows), listed(newRows)]
    return {
      write: [
        { sql: sql.update, params: [all] },
        { sql: sql.insert, params: [all] },
        { sql: sql.add, params: [added] },
        { sql: sql.remove, params: [hashed(gone)] },
        { sql: sql.prune, params: [kind.oldest(), mine.size + prunedBeside] },
      ],
      written() {
        taken = new Map()
        isAsked = false
        // What the log may still not take must be known until it has.
        mine.forEach((cell) => {
          if (cell.isOpen) renew(cell)
        })
      },
      failed() {
        taken = new Map()
        for (const cell of mine.values()) renew(cell)
      },
    }
  }

  function noteAll(group: Group<Row>, done: (error: unknown) => void): void {
    const { cells, rows, texts } = group
    const settled = (error: unknown) => {
      if (error && kind.lost === 'noted again' && !isBroken()) return noteAll(group, done)
      for (let nth = 0; nth < cells.length; nth++) {
        const cell = cells[nth]
        const row = rows[nth]
        if (cell === undefined || row === undefined) continue // never: the lists are equally long
        if (error) undo(cell)
        else if (cell.row !== row) cell.durable = { row, text: texts[nth] ?? '' }
        else {
          cell.isOpen = false
          cell.durable = undefined
          if (!kind.comesBack(row)) cell.row = undefined
        }
      }
      done(error)
    }
    note({ text: () => listed(texts), settled }, kind.patienceMs)
  }

  /** The log takes all notes or none from one on: so all versions that are not durable go at once. */
  function undo(cell: Cell<Row>): void {
    if (!cell.isOpen) return
    // A checkpoint may have put into the table what now did not come to be: the next one mends that.
    const row = cell.durable && rowOf(cell.durable)
    cell.row = row
    cell.text = row === undefined ? '' : textOf(cell.key, row)
    cell.isOpen = false
    cell.durable = undefined
    renew(cell)
  }

  function fetch(missing: readonly string[]): void {
    try {
      for (const { key, ...values } of select.all(hashed(missing))) {
        const cell = fresh.get(String(key))
        if (cell) cell.row = kind.row(Object.values(values))
      }
    } catch (error) {
      // That they are not there is not known.
      for (const key of missing) fresh.delete(key)
      throw error
    }
  }

  return {
    load(keys) {
      if (fresh.size + taken.size > mostRows) throw behind(kind.kind)
      if (fresh.size >= manyRows && !isAsked) {
        isAsked = true
        // One that fails is told by the next who cannot be served.
        notes.checkpoint().catch(() => {})
      }
      present.fillOn()
      const missing: string[] = []
      const cells = keys.map((key) => {
        const known = cellOf(key)
        if (known) return known
        const cell = newCell<Row>(key)
        fresh.set(key, cell)
        if (present.mayHave(cell.hash)) missing.push(key)
        return cell
      })
      if (missing.length > 0) fetch(missing)
      return cells
    },

    get: rowOf,

    set(cell, row) {
      if (!cell.isOpen) {
        cell.isOpen = true
        const { row: before, text } = cell
        cell.durable = before === undefined && text === '' ? undefined : { row: before, text }
      }
      const text = textOf(cell.key, row)
      cell.row = row
      cell.text = text
      renew(cell)
      toNote.cells.push(cell)
      toNote.rows.push(row)
      toNote.texts.push(text)
    },

    flush() {
      const group = toNote
      if (group.cells.length === 0) return Promise.resolve()
      toNote = { cells: [], rows: [], texts: [] }
      return new Promise((resolve, reject) => {
        noteAll(group, (error) => (error ? reject(error) : resolve()))
      })
    },
  }
}

/** A JSON list of what is JSON. Its brackets are joined with the rest: put around it they would make whoever reads it copy the whole. */
function listed(texts: readonly string[]): string {
  if (texts.length === 0) return '[]'
  const parts = [...texts]
  parts[0] = `[${parts[0]}`
  parts[parts.length - 1] += ']'
  return parts.join()
}

/** Of what is not there. */
function newCell<Row>(key: string): Cell<Row> {
  return {
    key,
    hash: keyHash(key),
    row: undefined,
    text: '',
    isFresh: false,
    isOpen: false,
    durable: undefined,
  }
}

const hashed = (keys: readonly string[]) => JSON.stringify(keys.map((key) => [keyHash(key), key]))

function behind(table: string): Chat4AllError {
  return new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: `The table '${table}' takes nothing`,
    why: `${mostRows} rows wait to be written to it`,
    todo: 'Look at the disk: it is full, or too slow',
  })
}
