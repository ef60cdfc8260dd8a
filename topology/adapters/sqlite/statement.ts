/** What SQLite takes as a parameter; bytes are stored as a blob. */
export type Param = null | number | bigint | string | Uint8Array

export interface Statement {
  /** Statements of equal text are prepared once. */
  readonly sql: string
  readonly params: readonly Param[]
}

/** A row as SQLite answers it, by column name. */
export type Row = Readonly<Record<string, null | number | string | Uint8Array>>

/** One `write`: all of its statements or none. */
export type Write = readonly Statement[]

/** Writes that share a transaction. */
export interface CommitJob {
  readonly writes: readonly Write[]
  /** True when somebody waits for stable storage; otherwise the next such commit carries this one along. */
  readonly sync: boolean
}

/** Per write its rows per statement, or why it alone was refused. */
export type WriteResult =
  | { readonly rows: readonly (readonly Row[])[] }
  | { readonly refused: string }

/** Executes jobs one after another on the database's one writing connection. */
export interface Writer {
  /** Rejects with a WriterFailure when nothing of the job was committed, as far as one can tell. */
  run(job: CommitJob): Promise<readonly WriteResult[]>
  close(): Promise<void>
}

/** `lasting`: the connection can no longer be trusted (a failed fsync may have lost pages for good). */
export interface WriterFailure {
  readonly message: string
  readonly lasting: boolean
}
