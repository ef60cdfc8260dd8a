import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'

interface Taken {
  readonly claim: SeenClaim
  readonly expiresAtMs: number
}

/** So many claims are given back in one call. */
const claimsAtOnce = 500

/** What a process has itself seen while its window is away; the oldest is forgotten when there is no room. */
export class Stopgap implements SeenWindow {
  readonly #taken = new Map<string, Taken>()
  readonly #maxClaims: number

  constructor(maxClaims: number) {
    this.#maxClaims = maxClaims
  }

  async claim(claims: readonly SeenClaim[], nowMs: number): Promise<readonly SeenVerdict[]> {
    const verdicts = claims.map((claim) => this.#claimOne(claim, nowMs))
    for (const key of this.#taken.keys()) {
      if (this.#taken.size <= this.#maxClaims) break
      this.#taken.delete(key)
    }
    return verdicts
  }

  /** What was taken, the oldest first, with what is left of its time; also what is taken while it is read. */
  *batches(nowMs: number): Generator<readonly SeenClaim[], void, undefined> {
    let batch: SeenClaim[] = []
    for (const { claim, expiresAtMs } of this.#taken.values()) {
      const windowMs = expiresAtMs - nowMs
      if (windowMs <= 0) continue
      batch.push({ ...claim, windowMs })
      if (batch.length < claimsAtOnce) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }

  #claimOne(claim: SeenClaim, nowMs: number): SeenVerdict {
    const { tenant, direction, messageId, submissionId, digest, windowMs } = claim
    // JSON, because a tenant or an id may hold any separator.
    const key = JSON.stringify([tenant, direction, messageId])
    const before = this.#taken.get(key)
    if (!before || before.expiresAtMs <= nowMs) {
      this.#taken.set(key, { claim, expiresAtMs: nowMs + windowMs })
      return 'first'
    }
    if (before.claim.submissionId === submissionId) return 'first'
    return before.claim.digest === digest ? 'duplicate' : 'reused'
  }
}
