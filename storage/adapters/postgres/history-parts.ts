import type { Sql } from '../../ports/sql.ts'

export interface HistoryPartsSettings {
  /** How much time one part covers, in milliseconds. Each look-up by an id asks every part: few are better. */
  readonly partMs: number
  /** For how long history is kept, in milliseconds; null for ever. A part goes when all of it is older. */
  readonly keepMs: number | null
}

export interface HistoryKeeping extends HistoryPartsSettings {
  /** Told of what went wrong; it is tried again. */
  readonly report: (error: unknown) => void
}

/** The number is ours alone ("c4a" and a one). */
const lock = 'select pg_advisory_xact_lock(1664311553)'
/** Behind a reader that takes its time everybody else would wait, too. */
const inVain = `set local lock_timeout = '3s'`

/** Parts made ahead, so that a part is there long before its first row, though nobody comes to make it for a while. */
const ahead = 2

/**
 * Makes the parts of the server's history for some time ahead and drops those that are too old (migration
 * 0004_parts.sql). Any number of processes may do it: one works, the others find it done. Tables that are not cut into
 * parts stay as they are. Rows for which there is no part are kept all the same, in the rest.
 */
export async function renewHistoryParts(
  sql: Sql,
  { partMs, keepMs }: HistoryPartsSettings,
  nowMs: number,
): Promise<void> {
  // From the one before, for what comes late.
  const make = [partMs, nowMs - partMs, nowMs + ahead * partMs]
  const text = 'select make_history_parts($1, $2, $3)'
  await sql.batch([{ text: lock }, { text: inVain }, { text, params: make }])
  if (keepMs === null) return
  const drop = { text: 'select drop_history_parts($1)', params: [nowMs - keepMs] }
  await sql.batch([{ text: lock }, { text: inVain }, drop])
}

const everyMs = 3_600_000
const againMs = 60_000

/** Does so now and every hour, until it is closed. */
export function keepHistoryParts(sql: Sql, settings: HistoryKeeping): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function renew(): Promise<void> {
    let waitMs = everyMs
    try {
      await renewHistoryParts(sql, settings, Date.now())
    } catch (error) {
      waitMs = againMs
      if (!closed) settings.report(error)
    }
    if (closed) return
    timer = setTimeout(() => {
      running = renew()
    }, waitMs).unref()
  }

  let running = renew()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
