import {
  type HistoryKeeping,
  keepHistoryParts,
} from '../../storage/adapters/postgres/history-parts.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Sql } from '../../storage/ports/sql.ts'
import type { Closers } from './closers.ts'

/**
 * The history for the stages: whoever writes it keeps its parts, from the first batch on. Other processes need no
 * connection for it.
 */
export function partedHistory(
  history: History,
  sql: Sql,
  keeping: HistoryKeeping,
  closers: Closers,
): History {
  let keeper: { close(): Promise<void> } | undefined
  closers.add(() => keeper?.close())
  return {
    ...history,
    apply(batch) {
      keeper ??= keepHistoryParts(sql, keeping)
      return history.apply(batch)
    },
  }
}
