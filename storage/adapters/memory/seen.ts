import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'

/** What outlives the process that a simulation kills: hand it to the next one. By whose ids, then by id. */
export type SeenState = Map<string, Map<string, SeenRow>>

interface SeenRow {
  readonly submissionId: string
  readonly digest: string
  readonly expiresAtMs: number
}

// How many rows a batch looks at to forget what has expired: more than it adds, so that old rows go.
const prunedPerClaim = 2

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memorySeen(state: SeenState = new Map()): SeenWindow {
  let sweep = rowsOf(state)
  /** No row expires before this; nobody has looked at those that were handed in. */
  let soonestMs = 0
  /** The same of the rows that this sweep has come by. */
  let metMs = Number.POSITIVE_INFINITY

  function prune(claims: number, nowMs: number): void {
    if (nowMs < soonestMs) return
    for (let left = claims * prunedPerClaim; left > 0; left--) {
      const next = sweep.next()
      if (next.done) {
        sweep = rowsOf(state)
        soonestMs = metMs
        metMs = Number.POSITIVE_INFINITY
        return
      }
      const { ids, id, expiresAtMs } = next.value
      if (expiresAtMs <= nowMs) ids.delete(id)
      else metMs = Math.min(metMs, expiresAtMs)
    }
  }

  return {
    async claim(claims, nowMs) {
      prune(claims.length, nowMs)
      let ids = new Map<string, SeenRow>()
      let last: SeenClaim | undefined
      return claims.map((claim) => {
        const same = last?.tenant === claim.tenant && last.direction === claim.direction
        if (!same) ids = idsOf(state, claim)
        last = claim
        const expiresAtMs = nowMs + claim.windowMs
        soonestMs = Math.min(soonestMs, expiresAtMs)
        metMs = Math.min(metMs, expiresAtMs)
        return claimOne(ids, claim, nowMs, expiresAtMs)
      })
    },
  }
}

function* rowsOf(state: SeenState) {
  for (const ids of state.values()) {
    for (const [id, { expiresAtMs }] of ids) yield { ids, id, expiresAtMs }
  }
}

function claimOne(
  ids: Map<string, SeenRow>,
  { messageId, submissionId, digest }: SeenClaim,
  nowMs: number,
  expiresAtMs: number,
): SeenVerdict {
  const row = ids.get(messageId)
  if (!row || row.expiresAtMs <= nowMs) {
    ids.set(messageId, { submissionId, digest, expiresAtMs })
    return 'first'
  }
  if (row.submissionId === submissionId) return 'first'
  return row.digest === digest ? 'duplicate' : 'reused'
}

function idsOf(state: SeenState, claim: SeenClaim): Map<string, SeenRow> {
  const names = namesOf(claim)
  const known = state.get(names)
  if (known) return known
  const ids = new Map<string, SeenRow>()
  state.set(names, ids)
  return ids
}

/** Whose ids: with lengths, because a name may hold any separator. */
const namesOf = ({ tenant, direction }: SeenClaim): string =>
  `${tenant.length}/${direction.length}/${tenant}${direction}`
