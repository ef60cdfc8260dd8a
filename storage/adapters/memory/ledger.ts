import { isGranted, isTaken, type LedgerRow, verdictOf } from '../../ledger-rules.ts'
import type { Ledger } from '../../ports/ledger.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type LedgerState = Map<string, LedgerRow>

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memoryLedger(state: LedgerState = new Map()): Ledger {
  return {
    async claim(claim, nowMs) {
      const { deliveryId, digest, epoch, deadlineMs } = claim
      const row = state.get(deliveryId)
      if (row && !isGranted(row, claim, nowMs)) return verdictOf(row, claim, nowMs)
      const attempt = (row?.attempt ?? 0) + 1
      const afterUnknown = row !== undefined && (row.afterUnknown || row.state !== 'retry')
      state.set(deliveryId, {
        digest,
        attempt,
        epoch,
        deadlineMs,
        state: 'running',
        sinceMs: nowMs,
        afterUnknown,
        providerMessageId: null,
        reason: null,
      })
      return { kind: 'granted', attempt, afterUnknown }
    },

    async record(outcome, nowMs) {
      const row = state.get(outcome.deliveryId)
      if (!row || !isTaken(row, outcome)) return
      const { kind } = outcome.outcome
      state.set(outcome.deliveryId, {
        ...row,
        state: kind,
        sinceMs: nowMs,
        providerMessageId: kind === 'sent' ? outcome.outcome.providerMessageId : null,
        reason: kind === 'failed' ? outcome.outcome.reason : null,
      })
    },

    async settle(deliveryId, attempt, providerMessageId, nowMs) {
      const row = state.get(deliveryId)
      if (!row || row.state === 'sent' || attempt > row.attempt) return
      state.set(deliveryId, {
        ...row,
        attempt,
        state: 'sent',
        sinceMs: nowMs,
        providerMessageId,
        reason: null,
      })
    },
  }
}
