import { isCancelled, type LedgerRow, sentId, verdictOf } from '../../ledger-rules.ts'
import type { Ledger, LedgerClaim, LedgerOutcome, LedgerVerdict } from '../../ports/ledger.ts'
import type { Sql, SqlParam } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { gather } from './gather.ts'
import { cancelOne, claimAll, prune, recordAll, rowsOf, settleAll } from './ledger-sql.ts'

interface Asked<Item> {
  readonly item: Item
  readonly nowMs: number
}

interface Proof {
  readonly deliveryId: string
  readonly attempt: number
  readonly providerMessageId: string
}

/** Old rows are looked for once in so many claims; more of them go than came since. */
const claimsPerPrune = 1_000
const prunedAtOnce = 2_000

/**
 * The ledger on a PostgreSQL server, shared by all processes: lanes that ask at the same time share a
 * statement, which is a transaction of its own. What resolves is on the server's disk, and on a
 * standby's where the server has synchronous ones.
 * @param keepMs rows whose state is older are forgotten; longer than any record can come again
 */
export function postgresLedger(sql: Sql, keepMs: number): Ledger {
  let claimsToPrune = claimsPerPrune

  const claim = gather(
    ({ item }: Asked<LedgerClaim>) => item.deliveryId,
    async (asked) => {
      await pruneBefore(asked)
      const granted = await sql.query<GrantedRow>(claimAll, claimParams(sorted(asked)))
      const ours = new Map(granted.map((row) => [row.delivery_id, row]))
      const refused = asked.filter(({ item }) => !ours.has(item.deliveryId))
      const rows = refused.length > 0 ? await rowsById(refused.map(idOf)) : undefined
      return asked.map(({ item, nowMs }): LedgerVerdict => {
        const row = ours.get(item.deliveryId)
        if (row) return { kind: 'granted', attempt: row.attempt, afterUnknown: row.after_unknown }
        const other = rows?.get(item.deliveryId)
        // Forgotten between the two statements: ask again at once.
        return other ? verdictOf(other, item, nowMs) : { kind: 'busy', untilMs: nowMs }
      })
    },
  )

  const record = gather(
    ({ item }: Asked<LedgerOutcome>) => item.deliveryId,
    async (asked) => {
      await sql.query(recordAll, outcomeParams(sorted(asked)))
      return asked.map(() => undefined)
    },
  )

  const settle = gather(
    ({ item }: Asked<Proof>) => item.deliveryId,
    async (asked) => {
      await sql.query(settleAll, proofParams(sorted(asked)))
      return asked.map(() => undefined)
    },
  )

  /** Ahead of the claims: when it fails, nothing was claimed yet. */
  async function pruneBefore(asked: readonly Asked<LedgerClaim>[]): Promise<void> {
    claimsToPrune -= asked.length
    if (claimsToPrune > 0) return
    const latest = asked.reduce((most, { nowMs }) => Math.max(most, nowMs), 0)
    await sql.query(prune, [latest - keepMs, prunedAtOnce])
    claimsToPrune = claimsPerPrune
  }

  async function rowsById(asked: readonly string[]): Promise<ReadonlyMap<string, LedgerRow>> {
    const ids = arrayLiteral(asked, (id) => id)
    const rows = await sql.query<StoredRow>(rowsOf, [ids])
    return new Map(rows.map((row) => [row.delivery_id, rowOf(row)]))
  }

  return {
    claim: (item, nowMs) => claim({ item, nowMs }),
    record: (item, nowMs) => record({ item, nowMs }),
    settle: (deliveryId, attempt, providerMessageId, nowMs) =>
      settle({ item: { deliveryId, attempt, providerMessageId }, nowMs }),
    async sentAs(deliveryId) {
      const rows = await rowsById([deliveryId])
      return sentId(rows.get(deliveryId))
    },
    async cancel(deliveryId, digest, reason, nowMs) {
      const made = await sql.query(cancelOne, [deliveryId, digest, reason, nowMs])
      if (made.length > 0) return true
      const [row] = await sql.query<StoredRow>(rowsOf, [arrayLiteral([deliveryId], (id) => id)])
      return isCancelled(row && rowOf(row), reason)
    },
  }
}

const idOf = ({ item }: Asked<LedgerClaim>): string => item.deliveryId

interface GrantedRow {
  readonly delivery_id: string
  readonly attempt: number
  readonly after_unknown: boolean
}

interface StoredRow extends GrantedRow {
  readonly digest: string
  readonly epoch: number
  readonly deadline_ms: number
  /** Checked by the table. */
  readonly state: LedgerRow['state']
  readonly since_ms: number
  readonly provider_message_id: string | null
  readonly reason: string | null
}

/** Processes that write the same rows take their locks in the same order, and do not wait for each other in a ring. */
function sorted<Item extends { readonly deliveryId: string }>(
  asked: readonly Asked<Item>[],
): readonly Asked<Item>[] {
  return asked.toSorted((a, b) => (a.item.deliveryId < b.item.deliveryId ? -1 : 1))
}

const claimParams = (asked: readonly Asked<LedgerClaim>[]): SqlParam[] => [
  arrayLiteral(asked, ({ item }) => item.deliveryId),
  arrayLiteral(asked, ({ item }) => item.digest),
  arrayLiteral(asked, ({ item }) => item.epoch),
  arrayLiteral(asked, ({ item }) => item.deadlineMs),
  arrayLiteral(asked, ({ item }) => item.resend),
  arrayLiteral(asked, ({ nowMs }) => nowMs),
]

const outcomeParams = (asked: readonly Asked<LedgerOutcome>[]): SqlParam[] => [
  arrayLiteral(asked, ({ item }) => item.deliveryId),
  arrayLiteral(asked, ({ item }) => item.attempt),
  arrayLiteral(asked, ({ item }) => item.epoch),
  arrayLiteral(asked, ({ item }) => item.outcome.kind),
  arrayLiteral(asked, ({ nowMs }) => nowMs),
  arrayLiteral(asked, ({ item: { outcome } }) =>
    outcome.kind === 'sent' ? outcome.providerMessageId : null,
  ),
  arrayLiteral(asked, ({ item: { outcome } }) =>
    outcome.kind === 'failed' ? outcome.reason : null,
  ),
]

const proofParams = (asked: readonly Asked<Proof>[]): SqlParam[] => [
  arrayLiteral(asked, ({ item }) => item.deliveryId),
  arrayLiteral(asked, ({ item }) => item.attempt),
  arrayLiteral(asked, ({ item }) => item.providerMessageId),
  arrayLiteral(asked, ({ nowMs }) => nowMs),
]

const rowOf = (row: StoredRow): LedgerRow => ({
  digest: row.digest,
  attempt: row.attempt,
  epoch: row.epoch,
  deadlineMs: row.deadline_ms,
  state: row.state,
  sinceMs: row.since_ms,
  afterUnknown: row.after_unknown,
  providerMessageId: row.provider_message_id,
  reason: row.reason,
})
