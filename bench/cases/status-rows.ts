import { createHash, randomUUID } from 'node:crypto'
import { arrayLiteral } from '../../storage/adapters/postgres/array-literal.ts'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import type { ResolvedReceipt } from '../../storage/ports/history.ts'
import type { Sql } from '../../storage/ports/sql.ts'

export interface StatusRowsResult {
  /** Receipts a second through History.apply; median of the rounds. */
  readonly ours: number
  /** Receipts a second through the bare upsert; median of the rounds. */
  readonly bare: number
  /** Median of the rounds' own ratios: each compares two runs that stood side by side. */
  readonly ratio: number
}

/**
 * P10: what keeping facts costs over keeping a status. Both sides get the same receipts in the same
 * batches on the same database: waves of `batchSize` deliveries that are attempted, sent, delivered and
 * read, one wave a batch, as a stream at speed brings them.
 *
 * - bare: one `insert ... select from unnest ... on conflict do update where status < excluded.status`
 *   per batch: one status row per receipt (an insert, then three updates), primary key and one
 *   secondary index; no history, no platform ids.
 * - ours: History.apply as status-update calls it: one fact per receipt, and for each that says sent the platform's
 *   id with the two indexes that later receipts are found by. It adds four rows where bare adds one and updates it
 *   three times, notes how far its partition is applied, and the merging in JavaScript counts.
 *
 * Runs alternate, and which goes first alternates too. The receipts are made before the clock starts.
 */
export async function statusRows(
  sql: Sql,
  { rounds = 9, wavesPerRound = 2, batchSize = 1000 } = {},
): Promise<StatusRowsResult> {
  const history = postgresHistory(sql)
  await sql.batch([{ text: bareTable }])
  let next = 0
  const batches = (): ResolvedReceipt[][] => {
    const all = Array.from({ length: wavesPerRound }, () => {
      next += batchSize
      return kinds.map((kind) =>
        Array.from({ length: batchSize }, (_, i) => receiptOf(next + i, kind)),
      )
    })
    return all.flat()
  }
  const runBare = () =>
    perSecond(batches(), (batch) => sql.batch([{ text: bareUpsert, params: bareParams(batch) }]))
  // Of a log that these tables have never seen: records that were applied before are merged, which is another way and dearer.
  const topic = `bench.receipts.${randomUUID()}`
  let from = 0
  const runOurs = () =>
    perSecond(batches(), (receipts) => {
      const spans = [{ topic, partition: 0, from, to: from + receipts.length }]
      from += receipts.length
      return history.apply({ messages: [], rejections: [], deliveries: [], receipts, spans })
    })

  await runBare() // both tables exist and both paths are compiled
  await runOurs()
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) bare.push(await runBare())
    ours.push(await runOurs())
    if (round % 2 === 1) bare.push(await runBare())
  }
  await sql.query('delete from projection_state where topic = $1', [topic])
  const ratios = ours.map((rate, i) => rate / (bare[i] ?? Number.NaN))
  return { ours: median(ours), bare: median(bare), ratio: median(ratios) }
}

const kinds = ['attempted', 'sent', 'delivered', 'read'] as const
type Kind = (typeof kinds)[number]

const bareTable = `
  drop table if exists bare_status;
  create table bare_status (
    tenant text collate "C" not null,
    delivery_id text collate "C" not null,
    message_id text collate "C" not null,
    status int not null,
    at bigint not null,
    primary key (tenant, delivery_id)
  );
  create index on bare_status (tenant, message_id);`

const bareUpsert = `
  insert into bare_status
  select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[])
  on conflict (tenant, delivery_id) do update set status = excluded.status, at = excluded.at
  where bare_status.status < excluded.status`

const bareParams = (batch: readonly ResolvedReceipt[]): string[] => [
  arrayLiteral(batch, ({ receipt }) => receipt.tenant),
  arrayLiteral(batch, ({ delivery }) => delivery.deliveryId),
  arrayLiteral(batch, ({ delivery }) => delivery.messageId),
  arrayLiteral(batch, ({ receipt }) => kinds.indexOf(receipt.kind as Kind)),
  arrayLiteral(batch, ({ receipt }) => receipt.observedAt),
]

async function perSecond(
  batches: readonly ResolvedReceipt[][],
  write: (batch: readonly ResolvedReceipt[]) => Promise<void>,
): Promise<number> {
  const rows = batches.reduce((sum, batch) => sum + batch.length, 0)
  const startedAt = performance.now()
  for (const batch of batches) await write(batch)
  return (rows / (performance.now() - startedAt)) * 1000
}

function receiptOf(number: number, kind: Kind): ResolvedReceipt {
  const ours = kind === 'attempted' || kind === 'sent'
  const at = 1_763_917_000_000 + number
  const delivery = {
    deliveryId: digest(`delivery ${number}`).slice(0, 32),
    messageId: `0192f0c1-aaaa-7bbb-8ccc-${String(number).padStart(12, '0')}`,
    conversationId: `c_${digest(`conversation ${number % 500}`).slice(0, 22)}`,
    participantId: `p_${digest(`participant ${number % 500}`).slice(0, 22)}`,
    channel: 'whatsapp',
    part: 0,
  }
  return {
    delivery,
    receipt: {
      tenant: 'default',
      channel: 'whatsapp',
      account: 'demo',
      conversationId: delivery.conversationId,
      participantId: delivery.participantId,
      deliveryId: delivery.deliveryId,
      messageId: delivery.messageId,
      part: 0,
      providerMessageId:
        kind === 'attempted' ? null : `wamid.${digest(`platform ${number}`).slice(0, 40)}`,
      kind,
      reason: null,
      detail: null,
      attempt: ours ? 1 : 0,
      possibleDuplicate: false,
      watermark: null,
      providerAt: ours ? null : at,
      observedAt: at + kinds.indexOf(kind),
      calledAt: ours ? at : null,
      source: ours ? 'connector' : 'webhook',
    },
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
