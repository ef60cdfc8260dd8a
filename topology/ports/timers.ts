import type { NewRecord } from '../contract/record.ts'

/** Records that are due later, kept durably and read as a source. */
export interface TimerStore {
  /** Keeps the records; one with an id already kept is left as it is. Durable when it resolves. */
  schedule(timers: readonly Timer[]): Promise<void>
  /** The earliest due ones, at most `limit`, in due order. Meant for one reader: a second would append them again. */
  due(nowMs: number, limit: number): Promise<readonly Timer[]>
  /** Forgets them, after their records were appended. Unknown ids are ignored. */
  done(ids: readonly string[]): Promise<void>
}

export interface Timer {
  /** Derived from what it stands for, so that a replay schedules the same one. */
  readonly id: string
  readonly dueMs: number
  readonly record: NewRecord
}
