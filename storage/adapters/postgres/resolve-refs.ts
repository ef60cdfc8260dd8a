import { longestEchoedId } from '../../../domain/echo.ts'
import type { DeliveryRef, ProviderRef } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { watermarkReach } from '../memory/history-merge.ts'
import { arrayLiteral } from './array-literal.ts'
import { told } from './told.ts'

/** Answers in the order asked; one query for all echoes (two, where some do not name the message), one for all platform ids and one for all watermarks. */
export async function resolveRefs(
  sql: Sql,
  refs: readonly ProviderRef[],
): Promise<readonly (readonly DeliveryRef[])[]> {
  const numbered = refs.map((ref, index) => ({ ref, index }))
  const echoes = numbered.filter(({ ref }) => ref.deliveryId != null)
  const ids = numbered.filter(({ ref }) => ref.providerMessageId !== null)
  const marks = numbered.filter(
    ({ ref }) =>
      ref.providerMessageId === null && ref.watermarkMs !== null && ref.participantId !== null,
  )
  const [naming, bare] = [echoes.filter(namesMessage), echoes.filter((each) => !namesMessage(each))]
  const byEcho = [
    naming.length > 0
      ? sql.query<FoundRow>(byMessage, [...paramsOf(naming, deliveryIdOf), messagesOf(naming)])
      : [],
    bare.length > 0 ? sql.query<FoundRow>(byDeliveryId, paramsOf(bare, deliveryIdOf)) : [],
  ]
  const asked = [
    ids.length > 0 ? sql.query<FoundRow>(byProviderId, paramsOf(ids, providerIdOf)) : [],
    marks.length > 0 ? sql.query<FoundRow>(byWatermark, paramsOf(marks, watermarkOf)) : [],
  ]
  const [echoRows, others] = await Promise.all([Promise.all(byEcho), Promise.all(asked)])
  const echoed = refsByIndex(echoRows.flat())
  const answers = refsByIndex(others.flat())
  return refs.map((_, index) => echoed.get(index) ?? answers.get(index) ?? [])
}

/** Several notes may tell the same sending of a delivery: the first of them, in the order of the rows, stands for it. */
function refsByIndex(rows: readonly FoundRow[]): ReadonlyMap<number, readonly DeliveryRef[]> {
  const seen = new Set<string>()
  const byIndex = new Map<number, DeliveryRef[]>()
  for (const row of rows) {
    const sending = `${row.index}\0${row.delivery_id}\0${row.provider_message_id ?? ''}`
    if (seen.has(sending)) continue
    seen.add(sending)
    const refs = byIndex.get(row.index) ?? []
    refs.push(deliveryRefOf(row))
    byIndex.set(row.index, refs)
  }
  return byIndex
}

interface NumberedRef {
  readonly ref: ProviderRef
  readonly index: number
}

const namesMessage = ({ ref }: NumberedRef): boolean => ref.messageId != null
const messagesOf = (refs: readonly NumberedRef[]) =>
  arrayLiteral(refs, ({ ref }) => ref.messageId ?? null)
const deliveryIdOf = ({ ref }: NumberedRef) => ref.deliveryId ?? null
const providerIdOf = ({ ref }: NumberedRef) => ref.providerMessageId
const watermarkOf = ({ ref }: NumberedRef) => ref.watermarkMs

const paramsOf = (
  refs: readonly NumberedRef[],
  sought: (ref: NumberedRef) => string | number | null,
): string[] => [
  arrayLiteral(refs, ({ index }) => index),
  arrayLiteral(refs, ({ ref }) => ref.tenant),
  arrayLiteral(refs, ({ ref }) => ref.channel),
  arrayLiteral(refs, ({ ref }) => ref.account),
  arrayLiteral(refs, ({ ref }) => ref.participantId),
  arrayLiteral(refs, sought),
]

const found = `a.index, n.message_id, n.delivery_id, n.participant_id, n.channel, n.told`
const inTheAccount = `n.tenant = a.tenant and n.channel = a.channel and n.account = a.account`

// "offset 0", and "limit 1" below, keep the planner from making joins of the look-ups: for a full batch it
// would read the whole table once rather than an index five hundred times, and the table only grows.

// The row came with the delivery, whatever became of its sending.
const byMessage = `
  select ${found}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    a(index, tenant, channel, account, participant_id, delivery_id, message_id)
  cross join lateral (
    select * from delivery_note n
    where n.message_id = a.message_id and n.delivery_id = a.delivery_id and n.is_delivery
      and ${inTheAccount}
    offset 0
  ) n`

const byDeliveryId = `
  select ${found}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    a(index, tenant, channel, account, participant_id, delivery_id)
  cross join lateral (
    select * from delivery_note n
    where n.delivery_id = a.delivery_id and n.is_delivery
      and octet_length(n.message_id) > ${longestEchoedId} and ${inTheAccount}
    offset 0
  ) n`

const byProviderId = `
  select ${found}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    a(index, tenant, channel, account, participant_id, provider_message_id)
  cross join lateral (
    select * from delivery_note n
    where n.provider_message_id = a.provider_message_id and ${inTheAccount}
    offset 0
  ) n
  where a.participant_id is null or n.participant_id = a.participant_id
  order by a.index, n.delivery_id`

// The newest ones only, so that the thousandth receipt of a chat costs what the first did.
const byWatermark = `
  select ${found}, n.provider_message_id
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    a(index, tenant, channel, account, participant_id, watermark)
  cross join lateral (
    select * from delivery_note n
    where n.participant_id = a.participant_id and ${inTheAccount}
      and n.provider_message_id is not null and n.by_watermark and n.at <= a.watermark
    order by n.at desc, n.delivery_id desc
    limit ${watermarkReach}
  ) n
  where (
    select true from delivery_note r
    where r.message_id = n.message_id and r.tenant = n.tenant
      and r.delivery_id = n.delivery_id and r.is_read
    limit 1) is null
  order by a.index, n.at, n.delivery_id`

interface FoundRow {
  readonly index: number
  readonly message_id: string
  readonly delivery_id: string
  readonly participant_id: string
  readonly channel: string
  readonly told: string
  readonly provider_message_id?: string
}

const deliveryRefOf = (row: FoundRow): DeliveryRef => {
  const { conversationId, part } = told.read(row.told, null)
  return {
    deliveryId: row.delivery_id,
    messageId: row.message_id,
    conversationId: conversationId ?? '',
    participantId: row.participant_id,
    channel: row.channel,
    part,
  }
}
