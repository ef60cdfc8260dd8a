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
import type { Ledger, LedgerVerdict } from '../../ports/ledger.ts'
import { notedRows, type RowKind } from './noted-rows.ts'
import type { Notes, Tables } from './notes.ts'
import { turns } from './turns.ts'

/**
 * The ledger in notes of the log.
 * @param keepMs rows whose state is older are forgotten; longer than any record can come again
 */
export async function notedLedger(notes: Notes, tables: Tables, keepMs: number): Promise<Ledger> {
  let latestMs = 0
  const rows = await notedRows(notes, tables, { ...ledgerRows, oldest: () => latestMs - keepMs })
  const turn = turns(rows)

  return {
    claim(claim, nowMs) {
      latestMs = Math.max(latestMs, nowMs)
      let verdict: LedgerVerdict | undefined
      const taken = turn(claim.deliveryId, (cell) => {
        const before = rows.get(cell)
        const row = claimedRow(before, claim, nowMs)
        if (row) {
          rows.set(cell, row)
          verdict = { kind: 'granted', attempt: row.attempt, afterUnknown: row.afterUnknown }
        } else if (before) {
          verdict = verdictOf(before, claim, nowMs)
        }
      })
      return taken.then(() => verdict ?? { kind: 'busy', untilMs: nowMs })
    },

    record: (outcome, nowMs) =>
      turn(outcome.deliveryId, (cell) => {
        const row = recordedRow(rows.get(cell), outcome, nowMs)
        if (row) rows.set(cell, row)
      }),

    settle: (deliveryId, attempt, providerMessageId, nowMs) =>
      turn(deliveryId, (cell) => {
        const row = settledRow(rows.get(cell), attempt, providerMessageId, nowMs)
        if (row) rows.set(cell, row)
      }),

    async sentAs(deliveryId) {
      let id: string | undefined
      // In a turn: a row of before the last checkpoint is in its table only.
      await turn(deliveryId, (cell) => {
        id = sentId(rows.get(cell))
      })
      return id
    },

    async cancel(deliveryId, digest, reason, nowMs) {
      let ended = false
      await turn(deliveryId, (cell) => {
        const before = rows.get(cell)
        const row = cancelledRow(before, digest, reason, nowMs)
        if (row) rows.set(cell, row)
        ended = isCancelled(row ?? before, reason)
      })
      return ended
    },
  }
}

const ledgerRows: Omit<RowKind<LedgerRow>, 'oldest'> = {
  kind: 'ledger',
  columns: [
    'digest text not null',
    'attempt integer not null',
    'epoch integer not null',
    'deadline_ms integer not null',
    "state text not null check (state in ('running', 'retry', 'unknown', 'failed', 'sent'))",
    'since_ms integer not null',
    'after_unknown integer not null',
    'provider_message_id text',
    'reason text',
  ],
  age: 'since_ms',
  // The caller waits.
  patienceMs: 0,
  lost: 'undone',
  // Its outcome comes next; of what has ended nothing is expected.
  comesBack: ({ state }) => state === 'running',
  list: (key, row) => [
    key,
    row.digest,
    row.attempt,
    row.epoch,
    row.deadlineMs,
    row.state,
    row.sinceMs,
    row.afterUnknown ? 1 : 0,
    row.providerMessageId,
    row.reason,
  ],
  // In the order above, as `values` gave them.
  row: ([
    digest,
    attempt,
    epoch,
    deadlineMs,
    state,
    sinceMs,
    after,
    providerMessageId,
    reason,
  ]) => ({
    digest: String(digest),
    attempt: Number(attempt),
    epoch: Number(epoch),
    deadlineMs: Number(deadlineMs),
    state: state as LedgerRow['state'],
    sinceMs: Number(sinceMs),
    afterUnknown: after === 1,
    providerMessageId: providerMessageId === null ? null : String(providerMessageId),
    reason: reason === null ? null : String(reason),
  }),
}
