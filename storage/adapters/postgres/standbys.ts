import type { Sql } from '../../ports/sql.ts'
import { type PoolSettings, poolSql } from './pool-sql.ts'

export interface StandbySettings extends Omit<PoolSettings, 'connectionString' | 'migrates'> {
  /** The primary and its standbys, in any order: which is which is asked. */
  readonly servers: readonly string[]
  /** Whatever server takes writes. */
  readonly primary: Pick<Sql, 'query'>
  /** How far behind the primary a standby may be that is read, in milliseconds; 2,000 unless told otherwise. */
  readonly maxBehindMs?: number
  /** How often they are looked at; 500 ms unless told otherwise. */
  readonly lookEveryMs?: number
}

/** The standbys that can be read in the primary's place. */
export interface Standbys {
  /** One that is close behind; the same one as long as it is, so that a reader's time does not go back. */
  current(): Sql | undefined
  close(): Promise<void>
}

/** How far the primary's projection was. */
interface Sample {
  readonly applied: number
  readonly atMs: number
}

interface Server {
  readonly sql: Sql
  /** When the primary was where this one is now; never for one that is no standby or does not answer. */
  freshAtMs: number
}

/**
 * What was applied in all, which only grows. Compared in place of positions of the write-ahead log, because it means
 * the same on every timeline: a standby that still follows a primary of the past falls behind by it, whereas its
 * log may even be ahead.
 */
const lookAt = `
  select pg_is_in_recovery() as standby,
    (select coalesce(sum(next_offset), 0)::bigint from projection_state) as applied`

/** Looks at the servers from time to time, and knows which can be read. */
export function standbys(settings: StandbySettings): Standbys {
  const { servers, primary, maxBehindMs = 2_000, lookEveryMs = 500, ...pool } = settings
  const all = servers.map((connectionString): Server => {
    const sql = poolSql({ ...pool, connectionString, migrates: false })
    return { sql, freshAtMs: Number.NEGATIVE_INFINITY }
  })
  // So that processes that start alike do not all read the same one.
  const first = Math.floor(Math.random() * all.length)
  const inTurn = [...all.slice(first), ...all.slice(0, first)]
  let samples: readonly Sample[] = []
  let chosen: Server | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function sample(): Promise<void> {
    const atMs = performance.now()
    try {
      const [row] = await primary.query<{ applied: number }>(lookAt)
      const young = samples.filter((each) => each.atMs >= atMs - 2 * maxBehindMs)
      if (row) samples = [...young, { applied: row.applied, atMs }]
    } catch {
      // No newer sample: the standbys are as good as they were.
    }
  }

  async function look(server: Server): Promise<void> {
    try {
      const [row] = await server.sql.query<{ standby: boolean; applied: number }>(lookAt)
      const shown = row?.standby ? samples.findLast(({ applied }) => applied <= row.applied) : null
      server.freshAtMs = shown?.atMs ?? Number.NEGATIVE_INFINITY
    } catch {
      server.freshAtMs = Number.NEGATIVE_INFINITY
    }
  }

  /** By what the primary told last: while it is away nothing is newer than the standbys. */
  function isClose({ freshAtMs }: Server): boolean {
    return freshAtMs >= (samples.at(-1)?.atMs ?? Number.POSITIVE_INFINITY) - maxBehindMs
  }

  async function round(): Promise<void> {
    await sample()
    await Promise.all(all.map(look))
    if (!chosen || !isClose(chosen)) chosen = inTurn.find(isClose)
  }

  let running = Promise.resolve()
  const again = () => {
    running = round().then(() => {
      if (!closed) timer = setTimeout(again, lookEveryMs).unref()
    })
  }
  again()

  return {
    current: () => chosen?.sql,
    async close() {
      closed = true
      clearTimeout(timer)
      chosen = undefined
      await Promise.all(all.map(({ sql }) => sql.close()))
      await running
    },
  }
}
