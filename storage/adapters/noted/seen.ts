import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'
import { type Cell, type NotedRows, notedRows, type RowKind } from './noted-rows.ts'
import type { Notes, Tables } from './notes.ts'

interface SeenRow {
  readonly submissionId: string
  readonly digest: string
  readonly expiresMs: number
}

/** The window in notes of the log: durable, without being waited for, before whatever the caller appends next. */
export async function notedSeen(notes: Notes, tables: Tables): Promise<SeenWindow> {
  let latestMs = 0
  const rows = await notedRows(notes, tables, { ...seenRows, oldest: () => latestMs })

  return {
    async claim(claims, nowMs) {
      if (claims.length === 0) return []
      latestMs = Math.max(latestMs, nowMs)
      const cells = rows.load(claims.map(keyOf))
      const verdicts: SeenVerdict[] = []
      cells.forEach((cell, nth) => {
        const claim = claims[nth]
        if (claim) verdicts.push(claimOne(rows, cell, claim, nowMs))
      })
      // A note that the log did not take is noted again, before what comes after it. When the disk is gone, nothing that the
      // caller appends is acknowledged either.
      rows.flush().catch(() => {})
      return verdicts
    },
  }
}

/** JSON: a tenant or an id may hold any separator, and NUL, which SQLite's text handles badly. */
function keyOf({ tenant, direction, messageId }: SeenClaim): string {
  return JSON.stringify([tenant, direction, messageId])
}

function claimOne(
  rows: NotedRows<SeenRow>,
  cell: Cell<SeenRow>,
  { submissionId, digest, windowMs }: SeenClaim,
  nowMs: number,
): SeenVerdict {
  const row = rows.get(cell)
  if (!row || row.expiresMs <= nowMs) {
    rows.set(cell, { submissionId, digest, expiresMs: nowMs + windowMs })
    return 'first'
  }
  if (row.submissionId === submissionId) return 'first'
  return row.digest === digest ? 'duplicate' : 'reused'
}

const seenRows: Omit<RowKind<SeenRow>, 'oldest'> = {
  kind: 'seen',
  columns: ['submission_id text not null', 'digest text not null', 'expires_ms integer not null'],
  age: 'expires_ms',
  // Nobody waits; it goes with the records that the caller appends next.
  patienceMs: 1000,
  lost: 'noted again',
  comesBack: () => false,
  list: (key, { submissionId, digest, expiresMs }) => [key, submissionId, digest, expiresMs],
  row: ([submissionId, digest, expiresMs]) => ({
    submissionId: String(submissionId),
    digest: String(digest),
    expiresMs: Number(expiresMs),
  }),
}
