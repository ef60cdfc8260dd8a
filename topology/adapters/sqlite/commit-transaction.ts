import type { DatabaseSync, StatementSync } from './node-sqlite.ts'
import type { CommitJob, Row, Statement, Write, WriteResult, WriterFailure } from './statement.ts'

/** SQLite's result codes: https://sqlite.org/rescode.html */
const full = 13

/**
 * Executes jobs on a connection: all writes of a job in one transaction, one fsync. A write that SQLite refuses
 * (a constraint, an error in its text) is undone alone. Throws a WriterFailure when the transaction failed.
 */
export function commitTransaction(
  database: DatabaseSync,
): (job: CommitJob) => readonly WriteResult[] {
  const prepared = new Map<string, { readonly statement: StatementSync; readonly reads: boolean }>()
  let synced: boolean | null = null

  function prepare(sql: string) {
    const found = prepared.get(sql)
    if (found) return found
    const statement = database.prepare(sql)
    const made = { statement, reads: statement.columns().length > 0 }
    prepared.set(sql, made)
    return made
  }

  function execute({ sql, params }: Statement): readonly Row[] {
    const { statement, reads } = prepare(sql)
    // Answers of SQLite are exactly the values of Row: integers beyond 2^53 make it throw.
    if (reads) return statement.all(...params) as Row[]
    statement.run(...params)
    return none
  }

  function together(writes: readonly Write[]): WriteResult[] {
    return writes.map((write) => {
      if (write.length === 1 && write[0]) {
        const rows = execute(write[0])
        return rows === none ? nothing : { rows: [rows] }
      }
      return { rows: write.map(execute) }
    })
  }

  function oneByOne(writes: readonly Write[]): WriteResult[] {
    return writes.map((write) => {
      database.exec('SAVEPOINT one')
      try {
        const result = { rows: write.map(execute) }
        database.exec('RELEASE one')
        return result
      } catch (error) {
        if (fatal(error)) throw error
        database.exec('ROLLBACK TO one; RELEASE one')
        return { refused: textOf(error) }
      }
    })
  }

  return ({ writes, sync }) => {
    try {
      if (synced !== sync) {
        // NORMAL leaves the frames in the WAL file unsynced; a later FULL commit syncs that whole file.
        database.exec(sync ? 'PRAGMA synchronous=FULL' : 'PRAGMA synchronous=NORMAL')
        synced = sync
      }
      database.exec('BEGIN IMMEDIATE')
      let results: WriteResult[]
      try {
        results = together(writes)
      } catch (error) {
        if (fatal(error)) throw error
        // Rare, so the common case pays for no savepoints: begin anew, one by one.
        database.exec('ROLLBACK; BEGIN IMMEDIATE')
        results = oneByOne(writes)
      }
      database.exec('COMMIT')
      return results
    } catch (error) {
      if (database.isTransaction) rollBack(database)
      const failure: WriterFailure = { message: textOf(error), lasting: codeOf(error) !== full }
      throw failure
    }
  }
}

const none: readonly Row[] = []
const nothing: WriteResult = { rows: [none] }

/** Primary codes that speak of the disk or the file and not of one statement. */
const diskCodes = new Set([7, 10, 11, full, 14, 26])

function fatal(error: unknown): boolean {
  return diskCodes.has(codeOf(error))
}

function codeOf(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return 0
  return Number(error.errcode) & 0xff
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function rollBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // The failure that led here is the one worth telling.
  }
}
