/** What SQLite takes as a parameter here. */
export type TableParam = null | number | string

export interface TableStatement {
  /** Statements of equal text are prepared once. */
  readonly sql: string
  readonly params: readonly TableParam[]
}

export type TableRow = Readonly<Record<string, unknown>>

/**
 * The log that also carries the records, and the tables beside it: so a claim and the records appended after it become durable in that
 * order, and in one commit. The composition root hands it in.
 */
export interface Notes {
  /**
   * Takes over a kind of notes. `replay` is told, before this returns, what was noted and is not in the tables, in order; `collect` is asked now and
   * then what to write to them.
   */
  join(kind: string, owner: NoteOwner): NoteWriter
  /** Brings the tables up to the log, soon. */
  checkpoint(): Promise<void>
}

export interface NoteOwner {
  replay(text: string): void
  /** What changed since it was last asked. One of the two is called when it is in the tables, durably, or could not be written. */
  collect(): {
    readonly write: readonly TableStatement[]
    written(): void
    failed(): void
  } | null
}

export interface NoteWriter {
  /** Durable before any record that is appended after it, and by itself when so long has passed. `settled` is told when it is, or why it will not be. */
  note(
    note: { readonly text: () => string; readonly settled: (error: unknown) => void },
    patienceMs: number,
  ): void
  /** Nothing will be durable any more. */
  isBroken(): boolean
}

/** The tables, as the last checkpoint left them. */
export interface Tables {
  readonly reader: {
    prepare(sql: string): { all(...params: TableParam[]): TableRow[] }
  }
  readonly commits: { write(statements: readonly TableStatement[]): Promise<unknown> }
}
