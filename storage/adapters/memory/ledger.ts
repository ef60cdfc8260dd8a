import {
  cancelledRow,
  claimedRow,
  isCancelled,
  type LedgerRow,
  recordedRow,
  sentId,
  settledRow,
  verdictOf,
} from '../../ledger-rules.ts'
import type { Ledger } from '../../ports/ledger.ts'

/** What outlives the process that a simulation kills: hand it to the next one. */
export type LedgerState = Map<string, LedgerRow>

/** For tests and the simulator of the engine: what `state` holds counts as durable at once. */
export function memoryLedger(state: LedgerState = new Map()): Ledger {
  return {
    async claim(claim, nowMs) {
      const before = state.get(claim.deliveryId)
      const row = claimedRow(before, claim, nowMs)
      if (row) {
        state.set(claim.deliveryId, row)
        return { kind: 'granted', attempt: row.attempt, afterUnknown: row.afterUnknown }
      }
      return before ? verdictOf(before, claim, nowMs) : { kind: 'busy', untilMs: nowMs }
    },

    async record(outcome, nowMs) {
      const row = recordedRow(state.get(outcome.deliveryId), outcome, nowMs)
      if (row) state.set(outcome.deliveryId, row)
    },

    async settle(deliveryId, attempt, providerMessageId, nowMs) {
      const row = settledRow(state.get(deliveryId), attempt, providerMessageId, nowMs)
      if (row) state.set(deliveryId, row)
    },

    sentAs: async (deliveryId) => sentId(state.get(deliveryId)),

    async cancel(deliveryId, digest, reason, nowMs) {
      const row = cancelledRow(state.get(deliveryId), digest, reason, nowMs)
      if (row) state.set(deliveryId, row)
      return isCancelled(state.get(deliveryId), reason)
    },
  }
}
