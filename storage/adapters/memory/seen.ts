import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type SeenState = Map<string, SeenRow>

interface SeenRow {
  readonly submissionId: string
  readonly digest: string
  readonly expiresAtMs: number
}

// How many rows a batch looks at to forget what has expired: more than it adds, so that old rows go.
const prunedPerClaim = 2

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memorySeen(state: SeenState = new Map()): SeenWindow {
  let sweep = state.entries()

  function prune(claims: number, nowMs: number): void {
    for (let left = claims * prunedPerClaim; left > 0; left--) {
      const next = sweep.next()
      if (next.done) {
        sweep = state.entries()
        return
      }
      const [key, row] = next.value
      if (row.expiresAtMs <= nowMs) state.delete(key)
    }
  }

  return {
    async claim(claims, nowMs) {
      prune(claims.length, nowMs)
      let names = ''
      let last: SeenClaim | undefined
      return claims.map((claim) => {
        const same = last?.tenant === claim.tenant && last.direction === claim.direction
        if (!same) names = namesOf(claim)
        last = claim
        return claimOne(state, names, claim, nowMs)
      })
    },
  }
}

function claimOne(state: SeenState, names: string, claim: SeenClaim, nowMs: number): SeenVerdict {
  const key = names + claim.messageId
  const row = state.get(key)
  if (!row || row.expiresAtMs <= nowMs) {
    const { submissionId, digest, windowMs } = claim
    state.set(key, { submissionId, digest, expiresAtMs: nowMs + windowMs })
    return 'first'
  }
  if (row.submissionId === claim.submissionId) return 'first'
  return row.digest === claim.digest ? 'duplicate' : 'reused'
}

/** Whose ids: with lengths, because a name may hold any separator. */
const namesOf = ({ tenant, direction }: SeenClaim): string =>
  `${tenant.length}/${direction.length}/${tenant}${direction}`
