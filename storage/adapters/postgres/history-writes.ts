import type { Delivery, Message, Rejection } from '../../../schemas/types.ts'
import type { AppliedOffset, HistoryBatch, ResolvedReceipt } from '../../ports/history.ts'
import type { Statement } from '../../ports/sql.ts'
import {
  earlierFact,
  earlierRejection,
  earlierSentRef,
  factKey,
  idOfSend,
  type SentRef,
  sentRefOf,
} from '../memory/history-merge.ts'
import { hexLiteral, jsonLiteral } from './array-literal.ts'
import { upsert } from './upsert.ts'

/**
 * The statements of one batch: at most six, whatever its size. What stands twice in the batch is
 * merged first by the same rules as the SQL merges with what is in the tables.
 */
export function historyWrites(batch: HistoryBatch): readonly Statement[] {
  const statements: Statement[] = []
  const add = <Row>(write: (rows: readonly Row[]) => Statement, rows: readonly Row[]) => {
    if (rows.length > 0) statements.push(write(rows))
  }
  add(writeMessages, distinctMessages(batch))
  add(writeRejections, distinct(batch.rejections, submissionKey, earlierRejection))
  add(
    writeDeliveries,
    distinct(batch.deliveries, ({ tenant, deliveryId }) => `${tenant}\0${deliveryId}`, first),
  )
  add(writeFacts, distinctFacts(batch.receipts))
  add(writeSentRefs, distinctSentRefs(batch.receipts))
  add(writeOffsets, distinct(batch.offsets ?? [], partitionKey, furthest))
  return statements
}

interface MessageRow {
  readonly message: Message
  readonly hop: number
}

const writeMessages = upsert<MessageRow>(
  'message',
  {
    tenant: ['text', ({ message }) => message.tenant],
    message_id: ['text', ({ message }) => message.messageId],
    submission_id: ['text', ({ message }) => message.submissionId],
    conversation_id: ['text', ({ message }) => message.conversationId],
    direction: ['text', ({ message }) => message.direction],
    hop: ['int', ({ hop }) => hop],
    sender_id: ['text', ({ message }) => message.senderId],
    channel: ['text', ({ message }) => message.channel],
    account: ['text', ({ message }) => message.account],
    address: ['text', ({ message }) => message.address],
    accepted_at: ['bigint', ({ message }) => message.acceptedAt],
    expires_at: ['bigint', ({ message }) => message.expiresAt],
    reply_to: ['text', ({ message }) => message.replyTo],
    provider_message_id: ['text', ({ message }) => message.providerMessageId],
    metadata: ['jsonb', ({ message }) => jsonLiteral(message.metadata)],
    digest: ['text', ({ message }) => message.digest],
    content_kind: ['text', ({ message }) => message.contentKind],
    content: ['bytea', ({ message }) => hexLiteral(message.content)],
    seal_key_id: ['text', ({ message }) => message.seal?.keyId ?? null],
    seal_algorithm: ['text', ({ message }) => message.seal?.algorithm ?? null],
    seal_nonce: ['bytea', ({ message }) => hexLiteral(message.seal?.nonce ?? null)],
  },
  `(tenant, message_id, submission_id) do update set
    conversation_id = excluded.conversation_id, direction = excluded.direction,
    hop = excluded.hop, sender_id = excluded.sender_id, channel = excluded.channel,
    account = excluded.account, address = excluded.address,
    accepted_at = excluded.accepted_at, expires_at = excluded.expires_at,
    reply_to = excluded.reply_to, provider_message_id = excluded.provider_message_id,
    metadata = excluded.metadata, digest = excluded.digest,
    content_kind = excluded.content_kind, content = excluded.content,
    seal_key_id = excluded.seal_key_id, seal_algorithm = excluded.seal_algorithm,
    seal_nonce = excluded.seal_nonce
  where message.accepted_at is null or excluded.hop > message.hop`,
)

const writeRejections = upsert<Rejection>(
  'message',
  {
    tenant: ['text', ({ tenant }) => tenant],
    message_id: ['text', ({ messageId }) => messageId],
    submission_id: ['text', ({ submissionId }) => submissionId],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    direction: ['text', ({ direction }) => direction],
    rejected_scope: ['text', ({ scope }) => scope],
    rejected_stage: ['text', ({ stage }) => stage],
    rejected_reason: ['text', ({ reason }) => reason],
    rejected_detail: ['text', ({ detail }) => detail],
    rejected_at: ['bigint', ({ rejectedAt }) => rejectedAt],
  },
  `(tenant, message_id, submission_id) do update set
    conversation_id = case when message.accepted_at is null
      then excluded.conversation_id else message.conversation_id end,
    direction = case when message.accepted_at is null
      then excluded.direction else message.direction end,
    rejected_scope = excluded.rejected_scope, rejected_stage = excluded.rejected_stage,
    rejected_reason = excluded.rejected_reason, rejected_detail = excluded.rejected_detail,
    rejected_at = excluded.rejected_at
  where message.rejected_at is null
    or (excluded.rejected_at, excluded.rejected_stage, excluded.rejected_reason,
        excluded.rejected_scope, excluded.rejected_detail)
     < (message.rejected_at, message.rejected_stage, message.rejected_reason,
        message.rejected_scope, message.rejected_detail)`,
)

const writeDeliveries = upsert<Delivery>(
  'delivery',
  {
    tenant: ['text', ({ tenant }) => tenant],
    delivery_id: ['text', ({ deliveryId }) => deliveryId],
    message_id: ['text', ({ messageId }) => messageId],
    submission_id: ['text', ({ submissionId }) => submissionId],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    participant_id: ['text', ({ participantId }) => participantId],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    address: ['text', ({ address }) => address],
    part: ['int', ({ part }) => part],
    parts: ['int', ({ parts }) => parts],
    accepted_at: ['bigint', ({ acceptedAt }) => acceptedAt],
    expires_at: ['bigint', ({ expiresAt }) => expiresAt],
    reply_to: ['text', ({ replyTo }) => replyTo],
    content_kind: ['text', ({ contentKind }) => contentKind],
  },
  '(tenant, delivery_id) do nothing',
)

const writeFacts = upsert<ResolvedReceipt>(
  'fact',
  {
    tenant: ['text', ({ receipt }) => receipt.tenant],
    delivery_id: ['text', ({ delivery }) => delivery.deliveryId],
    kind: ['text', ({ receipt }) => receipt.kind],
    attempt: ['int', ({ receipt }) => receipt.attempt],
    provider_at: ['bigint', ({ receipt }) => receipt.providerAt ?? 0],
    reason: ['text', ({ receipt }) => receipt.reason ?? ''],
    observed_at: ['bigint', ({ receipt }) => receipt.observedAt],
    detail: ['text', ({ receipt }) => receipt.detail],
    provider_message_id: ['text', ({ receipt }) => idOfSend(receipt)],
    possible_duplicate: ['boolean', ({ receipt }) => receipt.possibleDuplicate],
  },
  `(tenant, delivery_id, kind, attempt, provider_at, reason) do update set
    observed_at = excluded.observed_at, detail = excluded.detail,
    provider_message_id = excluded.provider_message_id,
    possible_duplicate = excluded.possible_duplicate
  where (excluded.observed_at, coalesce(excluded.detail, ''),
         excluded.possible_duplicate, coalesce(excluded.provider_message_id, ''))
      < (fact.observed_at, coalesce(fact.detail, ''),
         fact.possible_duplicate, coalesce(fact.provider_message_id, ''))`,
)

const writeSentRefs = upsert<SentRef>(
  'provider_ref',
  {
    tenant: ['text', ({ tenant }) => tenant],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    provider_message_id: ['text', ({ providerMessageId }) => providerMessageId],
    delivery_id: ['text', ({ deliveryId }) => deliveryId],
    message_id: ['text', ({ messageId }) => messageId],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    participant_id: ['text', ({ participantId }) => participantId],
    part: ['int', ({ part }) => part],
    sent_at: ['bigint', ({ sentAt }) => sentAt],
  },
  `(provider_message_id, delivery_id, tenant, channel, account)
    do update set sent_at = excluded.sent_at where excluded.sent_at < provider_ref.sent_at`,
)

const writeOffsets = upsert<AppliedOffset>(
  'projection_state',
  {
    topic: ['text', ({ topic }) => topic],
    partition: ['int', ({ partition }) => partition],
    next_offset: ['bigint', ({ offset }) => offset],
  },
  `(topic, partition) do update set next_offset = excluded.next_offset
    where excluded.next_offset > projection_state.next_offset`,
)

function distinctMessages({ messages, hops }: HistoryBatch): readonly MessageRow[] {
  const rows = messages.map((message, i) => ({ message, hop: hops?.[i] ?? 0 }))
  return distinct(
    rows,
    ({ message }) => submissionKey(message),
    (a, b) => (b.hop > a.hop ? b : a),
  )
}

/**
 * The hot one: most deliveries stand once in a batch, so rows are compared within a delivery only, and
 * no key is put together for each.
 */
function distinctFacts(receipts: readonly ResolvedReceipt[]): readonly ResolvedReceipt[] {
  const rows: ResolvedReceipt[] = []
  const lastOf = new Map<string, number>()
  const previous: number[] = []
  for (const resolved of receipts) {
    const last = lastOf.get(resolved.delivery.deliveryId) ?? none
    let place = last
    while (place !== none && !isSameFact(rows[place], resolved)) place = previous[place] ?? none
    if (place !== none) rows[place] = earlier(rows[place], resolved)
    else {
      lastOf.set(resolved.delivery.deliveryId, rows.length)
      previous.push(last)
      rows.push(resolved)
    }
  }
  return rows
}

const none = -1

const isSameFact = (a: ResolvedReceipt | undefined, b: ResolvedReceipt): boolean =>
  a !== undefined &&
  a.receipt.kind === b.receipt.kind &&
  a.receipt.tenant === b.receipt.tenant &&
  factKey(a.receipt) === factKey(b.receipt)

const earlier = (a: ResolvedReceipt | undefined, b: ResolvedReceipt): ResolvedReceipt =>
  a !== undefined && earlierFact(a.receipt, b.receipt) === a.receipt ? a : b

function distinctSentRefs(receipts: readonly ResolvedReceipt[]): readonly SentRef[] {
  const refs: SentRef[] = []
  for (const receipt of receipts) {
    const ref = sentRefOf(receipt)
    if (ref) refs.push(ref)
  }
  if (refs.length === 0) return refs
  return distinct(
    refs,
    (ref) =>
      `${ref.tenant}\0${ref.channel}\0${ref.account}\0${ref.providerMessageId}\0${ref.deliveryId}`,
    earlierSentRef,
  )
}

function distinct<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  merge: (a: Row, b: Row) => Row,
): readonly Row[] {
  const byKey = new Map<string, Row>()
  for (const row of rows) {
    const key = keyOf(row)
    const known = byKey.get(key)
    byKey.set(key, known === undefined ? row : merge(known, row))
  }
  return [...byKey.values()]
}

const first = <Row>(row: Row): Row => row
const furthest = (a: AppliedOffset, b: AppliedOffset): AppliedOffset =>
  a.offset >= b.offset ? a : b
const submissionKey = (of: Pick<Message, 'tenant' | 'messageId' | 'submissionId'>): string =>
  `${of.tenant}\0${of.messageId}\0${of.submissionId}`
const partitionKey = ({ topic, partition }: AppliedOffset): string => `${topic}/${partition}`
