import { isCode } from '../../../topology/contract/errors.ts'
import type { SeenClaim, SeenVerdict, SeenWindow } from '../../ports/seen.ts'
import { Stopgap } from './stopgap.ts'

export interface DegradingSettings {
  /** A clock that only goes forward, in milliseconds. */
  readonly now: () => number
  /** Told when the window is given up, with why, and when it is back. */
  readonly report: (degraded: boolean, why?: unknown) => void
  /** How long the window is waited for before the flow goes on without it; 3,000 ms unless told otherwise. */
  readonly patienceMs?: number
  /** How often it is looked for while the flow goes on without it; 1,000 ms unless told otherwise. */
  readonly probeEveryMs?: number
  /** Claims remembered here meanwhile; 100,000 unless told otherwise. */
  readonly maxClaims?: number
}

/**
 * A window whose loss degrades and does not stop the flow (docs/decisions/0018). Three states:
 *
 * - asking: every batch goes to the window. An error is passed on, and the stage tries again; when it
 *   has not answered for `patienceMs`, it is given up.
 * - without: this process answers by what it has itself seen since. Now and then it offers what it
 *   took to the window.
 * - returning: the window took some; claims wait until it has taken the rest, then it is asked again.
 *   Where it fails once more, the flow goes on without.
 *
 * Without the window an id that was claimed elsewhere, or earlier, passes as first: the delivery ledger
 * knows its delivery and stops the second send.
 */
export function degradingSeen(window: SeenWindow, settings: DegradingSettings): SeenWindow {
  const { now, report, patienceMs = 3_000, probeEveryMs = 1_000, maxClaims = 100_000 } = settings
  let failingSince: number | undefined
  let stopgap: Stopgap | undefined
  let probedAt = 0
  let probing = false
  let returning: Promise<void> | undefined

  async function claim(
    claims: readonly SeenClaim[],
    nowMs: number,
  ): Promise<readonly SeenVerdict[]> {
    if (stopgap && !probing && now() - probedAt >= probeEveryMs) void probe(stopgap, nowMs)
    await returning
    if (stopgap) return stopgap.claim(claims, nowMs)
    const askedAt = now()
    try {
      const verdicts = await window.claim(claims, nowMs)
      failingSince = undefined
      return verdicts
    } catch (error) {
      if (!isCode(error, 'C4A_STORE_UNREACHABLE')) throw error
      failingSince ??= askedAt
      if (now() - failingSince < patienceMs) throw error
      return giveUp(error).claim(claims, nowMs)
    }
  }

  /** Of batches that fail together the first gives up for all. */
  function giveUp(why: unknown): Stopgap {
    if (stopgap) return stopgap
    stopgap = new Stopgap(maxClaims)
    probedAt = now()
    report(true, why)
    return stopgap
  }

  async function probe(kept: Stopgap, nowMs: number): Promise<void> {
    probing = true
    try {
      const batches = kept.batches(nowMs)
      await window.claim(batches.next().value ?? [], nowMs)
      returning = giveBack(batches, nowMs)
      await returning
      returning = undefined
    } catch (error) {
      unlessAway(error) // it is looked for again
    }
    probing = false
    probedAt = now()
  }

  /** Claims wait meanwhile, so what is given back is all that was taken. Never rejects. */
  async function giveBack(batches: Iterable<readonly SeenClaim[]>, nowMs: number): Promise<void> {
    try {
      for (const batch of batches) await window.claim(batch, nowMs)
      stopgap = undefined
      failingSince = undefined
      report(false)
    } catch (error) {
      unlessAway(error) // the stopgap still has everything
    }
  }

  function unlessAway(error: unknown): void {
    if (!isCode(error, 'C4A_STORE_UNREACHABLE')) report(true, error)
  }

  return { claim }
}
