import { type LedgerRow, verdictOf } from '../../ledger-rules.ts'
import type { Ledger, LedgerClaim, LedgerOutcome, LedgerVerdict } from '../../ports/ledger.ts'
import { gather } from './gather.ts'
import { claimNew, claimOld, prune, recordAll, rowsOf, schema, settleAll } from './ledger-sql.ts'
import type { SqliteRow, Transactions } from './transactions.ts'

interface Asked<Item> {
  readonly item: Item
  readonly nowMs: number
}

interface Proof {
  readonly deliveryId: string
  readonly attempt: number
  readonly providerMessageId: string
}

/** Removed with each commit, at most: more than it adds on average, so that what is old goes in small steps. */
const prunedBeside = 200

/**
 * The ledger in SQLite: lanes that ask at the same time share a statement and a commit.
 * @param keepMs rows whose state is older are forgotten; longer than any record can come again
 */
export async function sqliteLedger(transactions: Transactions, keepMs: number): Promise<Ledger> {
  await transactions.write(schema.map((sql) => ({ sql, params: [] })))

  const claim = gather(
    ({ item }: Asked<LedgerClaim>) => item.deliveryId,
    async (asked) => {
      const batch = JSON.stringify(asked.map(claimValues))
      const latest = asked.reduce((most, { nowMs }) => Math.max(most, nowMs), 0)
      const [, retaken = [], taken = [], rows = []] = await transactions.write([
        { sql: prune, params: [latest - keepMs, prunedBeside] },
        { sql: claimOld, params: [batch] },
        { sql: claimNew, params: [batch] },
        { sql: rowsOf, params: [batch] },
      ])
      const ours = new Map([...retaken, ...taken].map((row) => [row['delivery_id'], row]))
      return asked.map(({ item, nowMs }, at) => {
        const row = ours.get(item.deliveryId)
        return row ? grantOf(row) : verdictOf(rowOf(rows[at]), item, nowMs)
      })
    },
  )

  const record = gather(
    ({ item }: Asked<LedgerOutcome>) => item.deliveryId,
    async (asked) => {
      const batch = JSON.stringify(asked.map(outcomeValues))
      await transactions.write([{ sql: recordAll, params: [batch] }])
      return asked.map(() => undefined)
    },
  )

  const settle = gather(
    ({ item }: Asked<Proof>) => item.deliveryId,
    async (asked) => {
      const batch = JSON.stringify(asked.map(proofValues))
      await transactions.write([{ sql: settleAll, params: [batch] }])
      return asked.map(() => undefined)
    },
  )

  return {
    claim: (item, nowMs) => claim({ item, nowMs }),
    record: (item, nowMs) => record({ item, nowMs }),
    settle: (deliveryId, attempt, providerMessageId, nowMs) =>
      settle({ item: { deliveryId, attempt, providerMessageId }, nowMs }),
  }
}

const claimValues = ({ item, nowMs }: Asked<LedgerClaim>) => [
  item.deliveryId,
  item.digest,
  item.epoch,
  item.deadlineMs,
  item.resend ? 1 : 0,
  nowMs,
]

const outcomeValues = ({ item: { outcome, ...item }, nowMs }: Asked<LedgerOutcome>) => [
  item.deliveryId,
  item.attempt,
  item.epoch,
  outcome.kind,
  nowMs,
  outcome.kind === 'sent' ? outcome.providerMessageId : null,
  outcome.kind === 'failed' ? outcome.reason : null,
]

const proofValues = ({ item, nowMs }: Asked<Proof>) => [
  item.deliveryId,
  item.attempt,
  item.providerMessageId,
  nowMs,
]

const grantOf = (row: SqliteRow): LedgerVerdict => ({
  kind: 'granted',
  attempt: Number(row['attempt']),
  afterUnknown: row['after_unknown'] === 1,
})

/** The columns hold what this file wrote; a missing row cannot be, since a claim leaves one. */
function rowOf(row: SqliteRow | undefined): LedgerRow {
  const text = (name: string) => (row?.[name] == null ? null : String(row[name]))
  return {
    digest: text('digest') ?? '',
    attempt: Number(row?.['attempt']),
    epoch: Number(row?.['epoch']),
    deadlineMs: Number(row?.['deadline_ms']),
    state: text('state') as LedgerRow['state'], // checked by the table
    sinceMs: Number(row?.['since_ms']),
    afterUnknown: row?.['after_unknown'] === 1,
    providerMessageId: text('provider_message_id'),
    reason: text('reason'),
  }
}
