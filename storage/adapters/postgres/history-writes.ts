import type { Message, Rejection } from '../../../schemas/types.ts'
import type { AppliedOffset, HistoryBatch } from '../../ports/history.ts'
import type { Statement } from '../../ports/sql.ts'
import { earlierRejection } from '../memory/history-merge.ts'
import { type DeliveryNote, deliveryNotes } from './delivery-notes.ts'
import { insertRows } from './insert-rows.ts'
import { bodyOf } from './message-row.ts'
import { told } from './told.ts'

/**
 * The statements of one batch: at most four, whatever its size. What stands twice in the batch is
 * merged first by the same rules as the SQL merges with what is in the tables.
 */
export function historyWrites(batch: HistoryBatch): readonly Statement[] {
  const statements: Statement[] = []
  const add = <Row>(write: (rows: readonly Row[]) => Statement, rows: readonly Row[]) => {
    if (rows.length > 0) statements.push(write(rows))
  }
  add(writeMessages, distinctMessages(batch))
  add(writeRejections, distinct(batch.rejections, submissionKey, earlierRejection))
  add(writeNotes, deliveryNotes(batch.deliveries, batch.receipts))
  add(writeOffsets, distinct(batch.offsets ?? [], partitionKey, furthest))
  return statements
}

interface MessageAndHop {
  readonly message: Message
  readonly hop: number
}

// Here and not in a trigger, which would be handed copies of whole rows. `xmax` is 0 in a row that is new, and
// not in one that a conflict updated: those are the business of the trigger message_updated.
const countInserted = (insert: string): string => `with told as (${insert})
  insert into conversation_activity as known
    (tenant, conversation_id, last_at, last_submission_id, last_message_id, message_count)
    select distinct on (tenant, conversation_id)
      tenant, conversation_id, accepted_at, submission_id, message_id,
      count(*) over (partition by tenant, conversation_id)
    from told
    where is_new
    -- ordered, so that two writers take their row locks in the same order
    order by tenant, conversation_id, accepted_at desc, submission_id desc
  on conflict (conversation_id, tenant) do update set
    message_count = known.message_count + excluded.message_count,
    last_at = greatest(known.last_at, excluded.last_at),
    last_submission_id = case
      when (excluded.last_at, excluded.last_submission_id) > (known.last_at, known.last_submission_id)
      then excluded.last_submission_id else known.last_submission_id end,
    last_message_id = case
      when (excluded.last_at, excluded.last_submission_id) > (known.last_at, known.last_submission_id)
      then excluded.last_message_id else known.last_message_id end`

const writeMessages = insertRows<MessageAndHop>(
  'message',
  {
    tenant: ['text', ({ message }) => message.tenant],
    message_id: ['text', ({ message }) => message.messageId],
    submission_id: ['text', ({ message }) => message.submissionId],
    conversation_id: ['text', ({ message }) => message.conversationId],
    direction: ['text', ({ message }) => message.direction],
    hop: ['int', ({ hop }) => hop],
    accepted_at: ['bigint', ({ message }) => message.acceptedAt],
    body: ['json', ({ message }) => bodyOf(message)],
  },
  `on conflict (message_id, tenant, submission_id) do update set
    conversation_id = excluded.conversation_id, direction = excluded.direction,
    hop = excluded.hop, accepted_at = excluded.accepted_at, body = excluded.body
  where message.accepted_at is null or excluded.hop > message.hop
  returning tenant, conversation_id, accepted_at, submission_id, message_id, xmax = 0 as is_new`,
  countInserted,
)

const writeRejections = insertRows<Rejection>(
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
  `on conflict (message_id, tenant, submission_id) do update set
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

// Not "on conflict": a key that tells notes apart would be as long as the note. The subselect is looked up
// row by row in delivery_note_by_message, where a join could be planned as a walk through the table.
const writeNotes = insertRows<DeliveryNote>(
  'delivery_note',
  {
    tenant: ['text', ({ tenant }) => tenant],
    message_id: ['text', ({ messageId }) => messageId],
    delivery_id: ['text', ({ deliveryId }) => deliveryId],
    is_delivery: ['boolean', ({ isDelivery }) => isDelivery],
    is_read: ['boolean', ({ isRead }) => isRead],
    participant_id: ['text', ({ participantId }) => participantId],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    provider_message_id: ['text', ({ providerMessageId }) => providerMessageId],
    sent_at: ['bigint', ({ sentAt }) => sentAt],
    told: ['json', told.write],
  },
  `where (
    select true from delivery_note known
    where known.message_id = new.message_id and known.delivery_id = new.delivery_id
      and known.tenant = new.tenant and known.told = new.told
      and known.sent_at is not distinct from new.sent_at
    limit 1) is null`,
)

const writeOffsets = insertRows<AppliedOffset>(
  'projection_state',
  {
    topic: ['text', ({ topic }) => topic],
    partition: ['int', ({ partition }) => partition],
    next_offset: ['bigint', ({ offset }) => offset],
  },
  `on conflict (topic, partition) do update set next_offset = excluded.next_offset
    where excluded.next_offset > projection_state.next_offset`,
)

function distinctMessages({ messages, hops }: HistoryBatch): readonly MessageAndHop[] {
  const rows = messages.map((message, i) => ({ message, hop: hops?.[i] ?? 0 }))
  return distinct(
    rows,
    ({ message }) => submissionKey(message),
    (a, b) => (b.hop > a.hop ? b : a),
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

const furthest = (a: AppliedOffset, b: AppliedOffset): AppliedOffset =>
  a.offset >= b.offset ? a : b
const submissionKey = (of: Pick<Message, 'tenant' | 'messageId' | 'submissionId'>): string =>
  `${of.tenant}\0${of.messageId}\0${of.submissionId}`
const partitionKey = ({ topic, partition }: AppliedOffset): string => `${topic}/${partition}`
