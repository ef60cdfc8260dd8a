import type { History, LogRecord } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { postgresHistory } from './history.ts'
import type { Standbys } from './standbys.ts'

export interface StandbyHistoryOptions {
  /** How long a standby is waited for that has yet to show a record, in milliseconds; 500 unless told otherwise. */
  readonly waitMs?: number
}

const lookEveryMs = 10

/**
 * The history as clients read it: from a standby where one is close behind, else from the primary. What a record
 * told is waited for on that very standby, by the offsets that came to it in the same transaction; where it takes too
 * long, where the standby fails, and where it knows nothing of what is asked for, the primary is asked. What
 * decides something (resolve, lastInbound) is not read from a copy.
 */
export function standbyHistory(
  primary: History,
  standbys: Pick<Standbys, 'current'>,
  { waitMs = 500 }: StandbyHistoryOptions = {},
): History {
  async function onStandby<Answer>(
    shows: LogRecord | undefined,
    ask: (history: History) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const sql = standbys.current()
    if (!sql) return undefined
    try {
      if (shows && !(await isShown(sql, shows, waitMs))) return undefined
      return await ask(postgresHistory(sql))
    } catch {
      return undefined // whatever it is, the primary's answer counts
    }
  }

  return {
    ...primary,
    async message(tenant, messageId, shows) {
      const found = await onStandby(shows, (copy) => copy.message(tenant, messageId))
      return found ?? primary.message(tenant, messageId)
    },
    async messages(tenant, conversationId, page, shows) {
      const found = await onStandby(shows, (copy) => copy.messages(tenant, conversationId, page))
      return found && found.length > 0 ? found : primary.messages(tenant, conversationId, page)
    },
  }
}

async function isShown(sql: Sql, record: LogRecord, waitMs: number): Promise<boolean> {
  const { topic, partition, offset } = record
  const untilMs = performance.now() + waitMs
  for (;;) {
    const passed = await sql.query(hasPassed, [topic, partition, offset])
    if (passed.length > 0) return true
    if (performance.now() >= untilMs) return false
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

const hasPassed = `
  select 1 from projection_state where topic = $1 and partition = $2 and next_offset > $3`
