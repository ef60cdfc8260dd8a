import { Chat4AllError } from '../../../topology/contract/errors.ts'
import { keyHash } from './key-hash.ts'
import type { Notes, TableParam, Tables } from './notes.ts'
import { PresentKeys } from './present-keys.ts'
import { rowStatements } from './row-statements.ts'

/** Rows by key, of which each change is a note in the log; a table has those of the last checkpoint. */
export interface NotedRows<Row> {
  /** Must be called before `get`, in the same turn: brings rows that are not in memory from the table. */
  load(keys: readonly string[]): void
  /** As it stands, durable or not. */
  get(key: string): Row | undefined
  /** Like `get` from now on; noted with the next `flush`. */
  set(key: string, row: Row): void
  /** Notes what was set since the last time, together. Resolves when it is durable. */
  flush(): Promise<void>
}

export interface RowKind<Row> {
  readonly kind: string
  /** The table's columns besides `hash` and `key`, in the order of the row's values, with their types. */
  readonly columns: readonly string[]
  /** The column by whose value rows grow old. */
  readonly age: string
  values(row: Row): readonly TableParam[]
  row(values: readonly unknown[]): Row
  /** Rows of a lower age are forgotten, some with each checkpoint. */
  oldest(): number
  /** How long notes may wait for a commit with records. Milliseconds. */
  readonly patienceMs: number
  /** What becomes of rows whose note the log did not take: they are as before, or stay and are noted again. */
  readonly lost: 'undone' | 'noted again'
}

/** A version of a row; undefined: it is not there. */
interface Entry<Row> {
  readonly row: Row | undefined
  /** As it is noted, without the bracket it begins with. */
  readonly text: string
}

/**
 * A key that is not left to its table: one object, however many versions come, so that nothing has to be looked up
 * again when one of them is durable.
 */
interface Cell<Row> {
  readonly key: string
  entry: Entry<Row>
  /** Changed since the last checkpoint took it. */
  isFresh: boolean
  /** It has versions that are not durable; then `durable` is the one that is. */
  isOpen: boolean
  durable: Row | undefined
}

interface Noted<Row> {
  readonly cell: Cell<Row>
  readonly entry: Entry<Row>
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
  /** Changed since the last checkpoint; and what the one under way has taken. */
  let fresh = new Map<string, Cell<Row>>()
  let taken = new Map<string, Cell<Row>>()
  /** What `load` found; good for the turn it was called in. */
  let loaded = new Map<string, Row>()
  let toNote: Noted<Row>[] = []

  const { note, isBroken } = notes.join(kind.kind, { replay, collect })

  function replay(text: string): void {
    // What `flush` noted: the checksum held.
    for (const [key, ...values] of JSON.parse(text) as [string, ...unknown[]][]) {
      const entry = entryOf(key, kind.row(values))
      const cell = cellOf(key) ?? newCell<Row>(key, entry)
      cell.entry = entry
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

  function entryOf(key: string, row: Row | undefined): Entry<Row> {
    return {
      row,
      text: row === undefined ? '' : JSON.stringify([key, ...kind.values(row)]).slice(1),
    }
  }

  function collect() {
    if (fresh.size === 0) return null
    const mine = fresh
    taken = fresh
    fresh = new Map()
    const rows: string[] = []
    const newRows: string[] = []
    const gone: string[] = []
    const hashes: number[] = []
    for (const [key, cell] of mine) {
      cell.isFresh = false
      const { row, text } = cell.entry
      if (row === undefined) gone.push(key)
      else {
        const hash = keyHash(key)
        hashes.push(hash)
        // In the table nothing is looked for that cannot be there.
        const to = present.mayHave(hash) ? rows : newRows
        to.push(`[${hash},${text}`)
      }
    }
    // One checkpoint at a time: what the last one took is in the table, or among these again.
    present.told(hashes)
    const [all, added] = [`[${rows.join()}]`, `[${newRows.join()}]`]
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
        // What the log may still not take must be known until it has.
        for (const cell of mine.values()) if (cell.isOpen) renew(cell)
      },
      failed() {
        taken = new Map()
        for (const cell of mine.values()) renew(cell)
      },
    }
  }

  function noteAll(group: readonly Noted<Row>[], done: (error: unknown) => void): void {
    const text = () => `[${group.map(({ entry }) => `[${entry.text}`).join()}]`
    const settled = (error: unknown) => {
      if (error && kind.lost === 'noted again' && !isBroken()) return noteAll(group, done)
      for (const { cell, entry } of group) {
        if (error) undo(cell)
        else if (cell.entry === entry) cell.isOpen = false
        else cell.durable = entry.row
      }
      done(error)
    }
    note({ text, settled }, kind.patienceMs)
  }

  /** The log takes all notes or none from one on: so all versions that are not durable go at once. */
  function undo(cell: Cell<Row>): void {
    if (!cell.isOpen) return
    // A checkpoint may have put into the table what now did not come to be: the next one mends that.
    cell.entry = entryOf(cell.key, cell.durable)
    cell.isOpen = false
    renew(cell)
  }

  return {
    load(keys) {
      if (fresh.size + taken.size > mostRows) throw behind(kind.kind)
      loaded = new Map()
      present.fillOn()
      const missing = keys.filter((key) => !cellOf(key) && present.mayHave(keyHash(key)))
      if (missing.length === 0) return
      for (const { key, ...values } of select.all(hashed(missing))) {
        loaded.set(String(key), kind.row(Object.values(values)))
      }
    },

    get(key) {
      const cell = cellOf(key)
      return cell ? cell.entry.row : loaded.get(key)
    },

    set(key, row) {
      const entry = entryOf(key, row)
      const known = cellOf(key)
      const cell = known ?? newCell<Row>(key, entry)
      if (!cell.isOpen) {
        cell.isOpen = true
        cell.durable = known ? known.entry.row : loaded.get(key)
      }
      cell.entry = entry
      renew(cell)
      toNote.push({ cell, entry })
      // One that fails is told by the next who cannot be served.
      if (fresh.size === manyRows) notes.checkpoint().catch(() => {})
    },

    flush() {
      const group = toNote
      if (group.length === 0) return Promise.resolve()
      toNote = []
      return new Promise((resolve, reject) => {
        noteAll(group, (error) => (error ? reject(error) : resolve()))
      })
    },
  }
}

function newCell<Row>(key: string, entry: Entry<Row>): Cell<Row> {
  return { key, entry, isFresh: false, isOpen: false, durable: undefined }
}

const hashed = (keys: readonly string[]) => JSON.stringify(keys.map((key) => [keyHash(key), key]))

function behind(table: string): Chat4AllError {
  return new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: `The table '${table}' takes nothing`,
    why: `${mostRows} rows wait to be written to it`,
    todo: 'Look at the disk: it is full, or too slow',
  })
}
