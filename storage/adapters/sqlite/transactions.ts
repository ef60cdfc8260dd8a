/** What SQLite takes as a parameter here. Bytes do not go this way: they would be copied between threads. */
export type SqliteParam = null | number | string

export interface SqliteStatement {
  /** Statements of equal text are prepared once. */
  readonly sql: string
  readonly params: readonly SqliteParam[]
}

export type SqliteRow = Readonly<Record<string, null | number | string | Uint8Array>>

/**
 * The writer of the one SQLite file that also holds the log: so a claim and the records appended after
 * it become durable in that order. The composition root hands it in.
 */
export interface Transactions {
  /**
   * Executes the statements, all or none, and answers with the rows of each. Durable when it
   * resolves; with `relaxed`, at the latest with the next write that is not. Throws
   * C4A_STORE_UNREACHABLE when nothing can be written.
   */
  write(
    statements: readonly SqliteStatement[],
    options?: { readonly relaxed?: boolean },
  ): Promise<readonly (readonly SqliteRow[])[]>
}
