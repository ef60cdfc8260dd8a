import pg from 'pg'
import { Chat4AllError } from '../../../topology/contract/errors.ts'

/** How long a server may take to say what it is, in milliseconds. */
const timeoutMs = 2_000

/** Null in recovery, where a standby is; else the file that is written, whose name begins with the timeline. */
const writing = `
  select case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_lsn()) end as file`

/**
 * Which of these servers takes writes. A former primary that came back does not know that it is one: of
 * several the one with the newest timeline counts, because a promotion begins one. Throws
 * C4A_STORE_UNREACHABLE when there is none.
 */
export async function findPrimary(servers: readonly string[]): Promise<string> {
  const timelines = await Promise.all(servers.map(timelineOf))
  const newest = Math.max(...timelines)
  const primary = servers[timelines.indexOf(newest)]
  if (primary !== undefined && newest > 0) return primary
  throw new Chat4AllError('C4A_STORE_UNREACHABLE', {
    what: 'No PostgreSQL server takes writes',
    why: `of the ${servers.length} that are set, none answers as a primary`,
    todo: 'It is tried again; see that one is up, or promote a standby',
  })
}

/** 0 where nothing can be written. */
async function timelineOf(connectionString: string): Promise<number> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'chat4all',
  })
  client.on('error', () => {}) // the query below fails, too
  try {
    await client.connect()
    const { rows } = await client.query<{ file: string | null }>(writing)
    return Number.parseInt(rows[0]?.file?.slice(0, 8) ?? '0', 16)
  } catch {
    return 0
  } finally {
    // Not waited for: a server that hangs would not answer this either.
    client.end().catch(() => {})
  }
}
