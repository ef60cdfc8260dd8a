import { setTimeout } from 'node:timers/promises'
import type { Sql } from '../../storage/ports/sql.ts'

const lookMs = 500
const sayEachMs = 10_000

/**
 * Waits until tables that were just filled are as those that grew over days: vacuumed, written to disk, and applied by
 * every standby. One standby confirms that it has a row, and none that it applied it: behind five million rows at once
 * they are gigabytes behind, and what is asked meanwhile shares disk and processors with them.
 */
export async function settleHistory(sql: Sql, say: (sentence: string) => void): Promise<void> {
  await sql.query('vacuum analyze message')
  await sql.query('vacuum analyze delivery_note')
  await sql.query('checkpoint')
  for (let waitedMs = 0; ; waitedMs += lookMs) {
    const [furthest] = await sql.query<{ behind: number | null }>(mostBehind)
    const behindMb = Math.floor((furthest?.behind ?? 0) / 1e6)
    if (behindMb === 0) return
    if (waitedMs % sayEachMs === 0) say(`a standby has ${behindMb} MB to apply`)
    await setTimeout(lookMs)
  }
}

/** How many bytes the last of the standbys has yet to apply. Null without standbys. */
const mostBehind = `
  select max(pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, '0/0')))::float8 as behind
  from pg_stat_replication`
