import type { LedgerClaim, LedgerOutcome, LedgerVerdict } from './ports/ledger.ts'

/**
 * A delivery's row and its states:
 *
 * - running: claimed, and its owner may be calling the platform. Past its deadline it counts as unknown.
 * - retry: certainly not accepted. unknown: it may have been.
 * - failed: no attempt can help. sent: accepted, with the platform's id.
 *
 * A claim makes `running` of nothing, of retry, and of unknown where the claimant resends; so at most
 * one attempt runs at a time, whoever claims. An owner's epoch is not compared: a claimant that lost
 * its partition gets the row as anybody does, and the one that has it finds the row `running` and waits.
 *
 * Knowledge only grows: `sent` is final; `failed` gives way to sent alone (an answer or an echo that
 * came late is the truth); an outcome counts for the row's own attempt only, so a predecessor whose
 * attempt was superseded changes nothing, and one whose attempt was merely given up for unknown does.
 * The platform's proof (settle) counts for every attempt there was. A cancellation makes `failed` of nothing and of retry.
 */
export interface LedgerRow {
  readonly digest: string
  readonly attempt: number
  readonly epoch: number
  readonly deadlineMs: number
  readonly state: 'running' | 'retry' | 'unknown' | 'failed' | 'sent'
  /** When the state began. */
  readonly sinceMs: number
  /** Another attempt than the row's may have been accepted. */
  readonly afterUnknown: boolean
  readonly providerMessageId: string | null
  readonly reason: string | null
}

/** The row after a claim that gets it; undefined when it does not. */
export function claimedRow(
  before: LedgerRow | undefined,
  claim: LedgerClaim,
  nowMs: number,
): LedgerRow | undefined {
  if (before && !isGranted(before, claim, nowMs)) return undefined
  return {
    digest: claim.digest,
    attempt: (before?.attempt ?? 0) + 1,
    epoch: claim.epoch,
    deadlineMs: claim.deadlineMs,
    state: 'running',
    sinceMs: nowMs,
    afterUnknown: before !== undefined && (before.afterUnknown || before.state !== 'retry'),
    providerMessageId: null,
    reason: null,
  }
}

/** The row after an outcome that changes it. */
export function recordedRow(
  before: LedgerRow | undefined,
  outcome: LedgerOutcome,
  nowMs: number,
): LedgerRow | undefined {
  if (!before || !isTaken(before, outcome)) return undefined
  const ended = outcome.outcome
  return {
    digest: before.digest,
    attempt: before.attempt,
    epoch: before.epoch,
    deadlineMs: before.deadlineMs,
    state: ended.kind,
    sinceMs: nowMs,
    afterUnknown: before.afterUnknown,
    providerMessageId: ended.kind === 'sent' ? ended.providerMessageId : null,
    reason: ended.kind === 'failed' ? ended.reason : null,
  }
}

/** The row after the platform's proof, where that changes it. */
export function settledRow(
  before: LedgerRow | undefined,
  attempt: number,
  providerMessageId: string,
  nowMs: number,
): LedgerRow | undefined {
  if (!before || before.state === 'sent' || attempt > before.attempt) return undefined
  return { ...before, attempt, state: 'sent', sinceMs: nowMs, providerMessageId, reason: null }
}

/** The row after a cancellation; undefined where it comes too late, or was made before. */
export function cancelledRow(
  before: LedgerRow | undefined,
  digest: string,
  reason: string,
  nowMs: number,
): LedgerRow | undefined {
  if (before && before.state !== 'retry') return undefined
  return {
    digest: before?.digest ?? digest,
    attempt: before?.attempt ?? 0,
    epoch: before?.epoch ?? 0,
    deadlineMs: before?.deadlineMs ?? nowMs,
    state: 'failed',
    sinceMs: nowMs,
    afterUnknown: before?.afterUnknown ?? false,
    providerMessageId: null,
    reason,
  }
}

/** Whether the row says that the delivery was ended for this reason. */
export const isCancelled = (row: LedgerRow | undefined, reason: string): boolean =>
  row?.state === 'failed' && row.reason === reason

/** Whether a claim takes an existing row. */
function isGranted(row: LedgerRow, claim: LedgerClaim, nowMs: number): boolean {
  if (row.digest !== claim.digest) return false
  if (row.state === 'retry') return true
  const unknown = row.state === 'unknown' || (row.state === 'running' && row.deadlineMs <= nowMs)
  return unknown && claim.resend
}

/** What a claim that did not get the row is told. */
export function verdictOf(row: LedgerRow, claim: LedgerClaim, nowMs: number): LedgerVerdict {
  const { attempt, afterUnknown } = row
  if (row.digest !== claim.digest) return { kind: 'reused' }
  switch (row.state) {
    case 'sent':
      return {
        kind: 'sent',
        attempt,
        providerMessageId: row.providerMessageId ?? '',
        afterUnknown,
      }
    case 'failed':
      return { kind: 'failed', attempt, reason: row.reason ?? '' }
    case 'running':
      if (row.deadlineMs > nowMs) return { kind: 'busy', untilMs: row.deadlineMs }
      return { kind: 'unknown', attempt, sinceMs: row.deadlineMs }
    case 'unknown':
      return { kind: 'unknown', attempt, sinceMs: row.sinceMs }
    case 'retry':
      // Only a row that changed between a claim and this look at it: ask again at once.
      return { kind: 'busy', untilMs: nowMs }
  }
}

/** Whether an outcome changes the row. */
function isTaken(row: LedgerRow, { attempt, epoch, outcome }: LedgerOutcome): boolean {
  if (attempt !== row.attempt || epoch < row.epoch || row.state === 'sent') return false
  return row.state !== 'failed' || outcome.kind === 'sent'
}

/** The platform's id of what was sent. */
export const sentId = (row: LedgerRow | undefined): string | undefined =>
  row?.state === 'sent' ? (row.providerMessageId ?? undefined) : undefined
