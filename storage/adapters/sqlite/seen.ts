import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'
import type { SqliteRow, Transactions } from './transactions.ts'

const schema = [
  `create table if not exists seen (
    key text primary key,
    submission_id text not null,
    digest text not null,
    expires_ms integer not null
  ) strict, without rowid`,
  'create index if not exists seen_expiry on seen (expires_ms)',
]

// Goes through the batch in its order, so that a later claim meets an earlier one's row.
const claimAll = `
  insert into seen (key, submission_id, digest, expires_ms)
  select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?1) where true order by key
  on conflict (key) do update set
    submission_id = excluded.submission_id,
    digest = excluded.digest,
    expires_ms = excluded.expires_ms
  where seen.expires_ms <= ?2`

const ownersOf = `
  select seen.submission_id, seen.digest
  from json_each(?1) as claim cross join seen on seen.key = claim.value ->> 0
  order by claim.key`

const prune = `
  delete from seen where key in (
    select key from seen where expires_ms <= ?1 order by expires_ms limit ?2)`

/** More than a batch adds, so that what has expired goes in small steps with the traffic. */
const prunedBeside = 100

/** The window in SQLite. */
export async function sqliteSeen(transactions: Transactions): Promise<SeenWindow> {
  await transactions.write(schema.map((sql) => ({ sql, params: [] })))

  return {
    async claim(claims, nowMs) {
      if (claims.length === 0) return []
      const batch = JSON.stringify(claims.map((claim) => valuesOf(claim, nowMs)))
      const [, , owners = []] = await transactions.write([
        { sql: prune, params: [nowMs, claims.length + prunedBeside] },
        { sql: claimAll, params: [batch, nowMs] },
        { sql: ownersOf, params: [batch] },
      ])
      return claims.map((claim, at) => verdictOf(claim, owners[at]))
    },
  }
}

/** The key is JSON: a tenant or an id may hold any separator, and NUL, which SQLite's text handles badly. */
function valuesOf({ tenant, direction, messageId, ...claim }: SeenClaim, nowMs: number) {
  const key = JSON.stringify([tenant, direction, messageId])
  return [key, claim.submissionId, claim.digest, nowMs + claim.windowMs]
}

/** The row as the whole batch left it: an id taken within the batch has its taker in it. */
function verdictOf(claim: SeenClaim, owner: SqliteRow | undefined): SeenVerdict {
  if (owner?.['submission_id'] === claim.submissionId) return 'first'
  return owner?.['digest'] === claim.digest ? 'duplicate' : 'reused'
}
