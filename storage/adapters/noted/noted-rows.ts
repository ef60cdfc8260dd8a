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
  let fresh = new Map<string, Entry<Row>>()
  let taken = new Map<string, Entry<Row>>()
  /** What `load` found; good for the turn it was called in. */
  let loaded = new Map<string, Row>()
  let toNote = new Map<string, Entry<Row>>()
  /** Of keys with versions that are not durable: the one that is. */
  const durable = new Map<string, Row | undefined>()

  const { note, isBroken } = notes.join(kind.kind, { replay, collect })

  function replay(text: string): void {
    // What `flush` noted: the checksum held.
    for (const [key, ...values] of JSON.parse(text) as [string, ...unknown[]][]) {
      fresh.set(key, entryOf(key, kind.row(values)))
    }
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
    for (const [key, { row, text }] of mine) {
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
      },
      failed() {
        fresh = new Map([...mine, ...fresh])
        taken = new Map()
      },
    }
  }

  const known = (key: string) => fresh.get(key) ?? taken.get(key)

  function noteAll(group: ReadonlyMap<string, Entry<Row>>, done: (error: unknown) => void): void {
    const text = () => `[${Array.from(group.values(), (entry) => `[${entry.text}`).join()}]`
    const settled = (error: unknown) => {
      if (error && kind.lost === 'noted again' && !isBroken()) return noteAll(group, done)
      for (const [key, entry] of group) {
        if (error) undo(key)
        else if (known(key) === entry || !known(key)) durable.delete(key)
        else durable.set(key, entry.row)
      }
      done(error)
    }
    note({ text, settled }, kind.patienceMs)
  }

  /** The log takes all notes or none from one on: so all versions that are not durable go at once. */
  function undo(key: string): void {
    if (!durable.has(key)) return
    // A checkpoint may have put into the table what now did not come to be: the next one mends that.
    fresh.set(key, entryOf(key, durable.get(key)))
    durable.delete(key)
  }

  return {
    load(keys) {
      if (fresh.size + taken.size > mostRows) throw behind(kind.kind)
      loaded = new Map()
      present.fillOn()
      const missing = keys.filter((key) => !known(key) && present.mayHave(keyHash(key)))
      if (missing.length === 0) return
      for (const { key, ...values } of select.all(hashed(missing))) {
        loaded.set(String(key), kind.row(Object.values(values)))
      }
    },

    get(key) {
      const entry = known(key)
      return entry ? entry.row : loaded.get(key)
    },

    set(key, row) {
      const before = known(key)
      if (!durable.has(key)) durable.set(key, before ? before.row : loaded.get(key))
      const entry = entryOf(key, row)
      fresh.set(key, entry)
      toNote.set(key, entry)
      // One that fails is told by the next who cannot be served.
      if (fresh.size === manyRows) notes.checkpoint().catch(() => {})
    },

    flush() {
      const group = toNote
      if (group.size === 0) return Promise.resolve()
      toNote = new Map()
      return new Promise((resolve, reject) => {
        noteAll(group, (error) => (error ? reject(error) : resolve()))
      })
    },
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
