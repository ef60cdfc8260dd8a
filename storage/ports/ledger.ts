/**
 * Remembers what was sent, so that nothing is sent twice unknowingly. A claim is a compare-and-set row
 * written before the call to the platform; the outcome is written after it.
 */
export interface Ledger {
  /** Durable when it resolves. */
  claim(claim: LedgerClaim, nowMs: number): Promise<LedgerVerdict>
  /** Durable when it resolves. An outcome for an older attempt or epoch than the row's is ignored. */
  record(outcome: LedgerOutcome, nowMs: number): Promise<void>
  /** The platform proved (echo, callback data) that an attempt was accepted: turns it into sent. */
  settle(
    deliveryId: string,
    attempt: number,
    providerMessageId: string,
    nowMs: number,
  ): Promise<void>
  /** The platform's id of what was sent; undefined where nothing is known to have been. */
  sentAs(deliveryId: string): Promise<string | undefined>
  /**
   * Nobody shall send it any more: the row becomes failed for the reason, unless an attempt runs, was accepted, or may have
   * been. True where the row says so now, also from an earlier call; durable when it resolves. Against a claim of the same
   * delivery one of the two wins, so that what was cancelled is never sent.
   */
  cancel(deliveryId: string, digest: string, reason: string, nowMs: number): Promise<boolean>
}

export interface LedgerClaim {
  readonly deliveryId: string
  /** The message's digest: tells a reused id from a redelivery when the seen-window is empty. */
  readonly digest: string
  /** The claimant's partition epoch. */
  readonly epoch: number
  /** Until when the attempt may still be running; a successor waits for it. Milliseconds since 1970 UTC. */
  readonly deadlineMs: number
  /** True when the caller has decided that an unknown attempt may be repeated. */
  readonly resend: boolean
}

export type LedgerVerdict =
  /** The attempt is yours. `afterUnknown` when an earlier one may have been accepted. */
  | { readonly kind: 'granted'; readonly attempt: number; readonly afterUnknown: boolean }
  /** `afterUnknown` when another attempt than this one may have been accepted, too. */
  | {
      readonly kind: 'sent'
      readonly attempt: number
      readonly providerMessageId: string
      readonly afterUnknown: boolean
    }
  /** An attempt of another owner may still be running. */
  | { readonly kind: 'busy'; readonly untilMs: number }
  /** The last attempt ended without a readable answer, or its owner died: since when. */
  | { readonly kind: 'unknown'; readonly attempt: number; readonly sinceMs: number }
  | { readonly kind: 'failed'; readonly attempt: number; readonly reason: string }
  /** The row belongs to another content under the same id. */
  | { readonly kind: 'reused' }

export interface LedgerOutcome {
  readonly deliveryId: string
  readonly attempt: number
  readonly epoch: number
  readonly outcome:
    | { readonly kind: 'sent'; readonly providerMessageId: string }
    /** Certainly not accepted: the next claim is granted. */
    | { readonly kind: 'retry' }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'failed'; readonly reason: string }
}
