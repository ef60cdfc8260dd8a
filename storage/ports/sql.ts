/**
 * A PostgreSQL, wherever it runs: a server behind a pool, or one inside this process. The SQL that
 * goes through is the same on both.
 *
 * Numbers: int8 comes back as a number (we store milliseconds and offsets, all below 2^53), bytea as
 * Uint8Array, jsonb parsed. Lists go in as one array literal each (`arrayLiteral`), never as a
 * JavaScript array: one string crosses threads and drivers faster than a thousand values.
 */
export interface Sql {
  /** Throws C4A_STORE_UNREACHABLE (retryable) while the database is away, C4A_STORE_CORRUPT when its files are damaged. */
  query<Row extends object>(text: string, params?: readonly SqlParam[]): Promise<readonly Row[]>
  /**
   * All in one transaction, in order; nothing of it holds when one fails. Throws as `query` does, and
   * C4A_STORE_CONFLICT when a row with a unique key is there already.
   */
  batch(statements: readonly Statement[]): Promise<void>
  /** Waits for what was asked before; asking afterwards throws C4A_STORE_UNREACHABLE. */
  close(): Promise<void>
}

export type Statement = Command | Copy

/** Without `params` the text may hold several commands (a migration). */
export interface Command {
  readonly text: string
  readonly params?: readonly SqlParam[]
}

/** `copy TARGET from stdin`: the cheapest way to add rows, which knows no conflicts and no look-ups. */
export interface Copy {
  /** `table (column, ...)` */
  readonly copyInto: string
  /** In COPY's binary format. Whoever is given them keeps them: they may be moved to another thread. */
  readonly rows: Uint8Array<ArrayBuffer>
}

export type SqlParam = string | number | boolean | null
