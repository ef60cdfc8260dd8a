import type { DeliveryRef, ProviderRef } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { watermarkReach } from '../memory/history-merge.ts'
import { arrayLiteral } from './array-literal.ts'

/** Answers in the order asked; one query for all echoes, one for all platform ids and one for all watermarks. */
export async function resolveRefs(
  sql: Sql,
  refs: readonly ProviderRef[],
): Promise<readonly (readonly DeliveryRef[])[]> {
  const answers: DeliveryRef[][] = refs.map(() => [])
  const echoed: DeliveryRef[][] = refs.map(() => [])
  const numbered = refs.map((ref, index) => ({ ref, index }))
  const echoes = numbered.filter(({ ref }) => ref.deliveryId != null)
  const ids = numbered.filter(({ ref }) => ref.providerMessageId !== null)
  const marks = numbered.filter(
    ({ ref }) =>
      ref.providerMessageId === null && ref.watermarkMs !== null && ref.participantId !== null,
  )
  const byEcho =
    echoes.length > 0 ? sql.query<RefRow>(byDeliveryId, paramsOf(echoes, deliveryIdOf)) : []
  const asked = [
    ids.length > 0 ? sql.query<RefRow>(byProviderId, paramsOf(ids, providerIdOf)) : [],
    marks.length > 0 ? sql.query<RefRow>(byWatermark, paramsOf(marks, watermarkOf)) : [],
  ]
  const [echoRows, ...others] = await Promise.all([byEcho, ...asked])
  for (const row of echoRows) echoed[row.index]?.push(deliveryRefOf(row))
  for (const row of others.flat()) answers[row.index]?.push(deliveryRefOf(row))
  return answers.map((found, index) => (echoed[index]?.length ? echoed[index] : found))
}

interface NumberedRef {
  readonly ref: ProviderRef
  readonly index: number
}

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

const refColumns = `a.index, p.delivery_id, p.message_id, p.conversation_id, p.participant_id,
  p.channel, p.part`

// The row came with the delivery, whatever became of its sending.
const byDeliveryId = `
  select ${refColumns}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    a(index, tenant, channel, account, participant_id, delivery_id)
  join delivery p using (tenant, channel, account, delivery_id)`

const byProviderId = `
  select ${refColumns}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    a(index, tenant, channel, account, participant_id, provider_message_id)
  join provider_ref p using (tenant, channel, account, provider_message_id)
  where a.participant_id is null or p.participant_id = a.participant_id
  order by a.index, p.delivery_id`

// The newest ones only, so that the thousandth receipt of a chat costs what the first did.
const byWatermark = `
  select ${refColumns}
  from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    a(index, tenant, channel, account, participant_id, watermark)
  cross join lateral (
    select * from provider_ref r
    where r.tenant = a.tenant and r.channel = a.channel and r.account = a.account
      and r.participant_id = a.participant_id and r.sent_at <= a.watermark
    order by r.sent_at desc, r.delivery_id desc
    limit ${watermarkReach}
  ) p
  where not exists (
    select from fact f
    where f.tenant = p.tenant and f.delivery_id = p.delivery_id and f.kind in ('read', 'played'))
  order by a.index, p.sent_at, p.delivery_id`

interface RefRow {
  readonly index: number
  readonly delivery_id: string
  readonly message_id: string
  readonly conversation_id: string
  readonly participant_id: string
  readonly channel: string
  readonly part: number
}

const deliveryRefOf = (row: RefRow): DeliveryRef => ({
  deliveryId: row.delivery_id,
  messageId: row.message_id,
  conversationId: row.conversation_id,
  participantId: row.participant_id,
  channel: row.channel,
  part: row.part,
})
