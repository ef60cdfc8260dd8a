import type { Message, Rejection } from '../../../schemas/types.ts'
import type { HistoryBatch, Span } from '../../ports/history.ts'
import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { type Activity, conversationActivity } from './conversation-activity.ts'
import { copyRows } from './copy-rows.ts'
import { type DeliveryNote, deliveryNotes } from './delivery-notes.ts'
import { type Columns, insertRows } from './insert-rows.ts'
import { writeBody } from './message-row.ts'
import { messageTexts } from './message-texts.ts'
import { told } from './told.ts'

/**
 * The statements of one batch: at most six, whatever its size.
 * `activities` are what is to be noted of conversations.
 *
 * - `add` is for a batch of which nothing was applied before. It looks nothing up; where that was wrong,
 *   `advance_projection` raises a conflict, and nothing of it holds.
 * - `merge` leaves out what is there already.
 */
export function historyWrites(
  batch: HistoryBatch,
  activities: readonly Activity[],
  how: 'add' | 'merge',
): readonly Statement[] {
  const { messages, rejections, notes, spans } = writes[how]
  const statements: Statement[] = []
  const write = <Row>(of: (rows: readonly Row[]) => Statement, rows: readonly Row[]) => {
    if (rows.length > 0) statements.push(of(rows))
  }
  write(spans, batch.spans ?? [])
  write(messages, distinctMessages(batch))
  write(conversationActivity.note, activities)
  write(messageTexts, batch.texts ?? [])
  write(rejections, batch.rejections)
  write(notes, deliveryNotes(batch.deliveries, batch.receipts, batch.withoutWatermarks))
  return statements
}

interface MessageAndHop {
  readonly message: Message
  readonly hop: number
  /** Another round of the same submission, which came before. */
  readonly another: MessageAndHop | null
}

const messageColumns: Columns<MessageAndHop> = {
  tenant: ['text', ({ message }) => message.tenant],
  message_id: ['text', ({ message }) => message.messageId],
  submission_id: ['text', ({ message }) => message.submissionId],
  hop: ['int', ({ hop }) => hop],
  conversation_id: ['text', ({ message }) => message.conversationId],
  direction: ['text', ({ message }) => message.direction],
  accepted_at: ['bigint', ({ message }) => message.acceptedAt],
  body: { json: (list, { message }) => writeBody(list, message) },
}

const rejectionColumns: Columns<Rejection> = {
  tenant: ['text', ({ tenant }) => tenant],
  message_id: ['text', ({ messageId }) => messageId],
  submission_id: ['text', ({ submissionId }) => submissionId],
  conversation_id: ['text', ({ conversationId }) => conversationId],
  direction: ['text', ({ direction }) => direction],
  scope: ['text', ({ scope }) => scope],
  stage: ['text', ({ stage }) => stage],
  reason: ['text', ({ reason }) => reason],
  detail: ['text', ({ detail }) => detail],
  rejected_at: ['bigint', ({ rejectedAt }) => rejectedAt],
}

const noteColumns: Columns<DeliveryNote> = {
  tenant: ['text', ({ tenant }) => tenant],
  message_id: ['text', ({ messageId }) => messageId],
  delivery_id: ['text', ({ deliveryId }) => deliveryId],
  at: ['bigint', ({ at }) => at],
  is_delivery: ['boolean', ({ isDelivery }) => isDelivery],
  is_read: ['boolean', ({ isRead }) => isRead],
  by_watermark: ['boolean', ({ byWatermark }) => byWatermark],
  participant_id: ['text', ({ participantId }) => participantId],
  channel: ['text', ({ channel }) => channel],
  account: ['text', ({ account }) => account],
  provider_message_id: ['text', ({ providerMessageId }) => providerMessageId],
  told: { json: told.write },
}

const spanColumns = {
  topic: ['text', ({ topic }: Span) => topic],
  partition: ['int', ({ partition }: Span) => partition],
  first_offset: ['bigint', ({ from }: Span) => from],
  next_offset: ['bigint', ({ to }: Span) => to],
} as const

const spanValues = Object.values(spanColumns).map(([, of]) => of)

const writes = {
  add: {
    spans: (spans: readonly Span[]): Statement => ({
      text: 'select advance_projection($1, $2, $3, $4)',
      params: spanValues.map((of) => arrayLiteral(spans, of)),
    }),
    messages: copyRows('message', messageColumns),
    rejections: copyRows('rejection', rejectionColumns),
    notes: copyRows('delivery_note', noteColumns),
  },
  merge: {
    spans: insertRows(
      'projection_state',
      spanColumns,
      `order by topic, partition
       on conflict (topic, partition) do update
         set first_offset = excluded.first_offset, next_offset = excluded.next_offset
         where excluded.next_offset > projection_state.next_offset`,
    ),
    // Not "on conflict", here and below: a key that tells such rows apart would be as long as the row, or cost as much.
    // The subselects are looked up row by row in the index by message, where joins could be planned as walks through the table.
    messages: insertRows(
      'message',
      messageColumns,
      `where (
        select true from message known
        where known.message_id = new.message_id and known.tenant = new.tenant
          and known.submission_id = new.submission_id and known.hop = new.hop
          and known.accepted_at = new.accepted_at
        limit 1) is null`,
    ),
    rejections: insertRows(
      'rejection',
      rejectionColumns,
      `where (
        select true from rejection known
        where known.message_id = new.message_id and known.tenant = new.tenant
          and known.submission_id = new.submission_id and known.rejected_at = new.rejected_at
          and known.scope = new.scope and known.stage = new.stage
          and known.reason = new.reason and known.detail = new.detail
        limit 1) is null`,
    ),
    notes: insertRows(
      'delivery_note',
      noteColumns,
      `where (
        select true from delivery_note known
        where known.message_id = new.message_id and known.delivery_id = new.delivery_id
          and known.tenant = new.tenant and known.told = new.told and known.at = new.at
        limit 1) is null`,
    ),
  },
} as const

/** What stands twice in the log: of two records of one round the first stands, as it does over batches. */
function distinctMessages({ messages, hops }: HistoryBatch): readonly MessageAndHop[] {
  const distinct: MessageAndHop[] = []
  /** By submission, the last of each. */
  const lasts = new Map<string, MessageAndHop>()
  messages.forEach((message, i) => {
    const last = lasts.get(message.submissionId) ?? null
    const one: MessageAndHop = { message, hop: hops?.[i] ?? 0, another: last }
    for (let known = last; known; known = known.another) if (isSameRound(one, known)) return
    lasts.set(message.submissionId, one)
    distinct.push(one)
  })
  return distinct
}

/** Of one submission. */
function isSameRound(a: MessageAndHop, b: MessageAndHop): boolean {
  const sameMessage = a.message.messageId === b.message.messageId
  return a.hop === b.hop && sameMessage && a.message.tenant === b.message.tenant
}
