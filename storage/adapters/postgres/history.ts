import { cursorOf, parseCursor } from '../../ports/cursor.ts'
import type { ConversationSummary, History, Page } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { messageStatus, messageView, standing } from '../memory/history-view.ts'
import { statesOf } from './delivery-states.ts'
import { historyWrites } from './history-writes.ts'
import { type MessageRow, messageColumns, submissionOf } from './message-row.ts'
import { resolveRefs } from './resolve-refs.ts'

/** History in PostgreSQL, whichever `sql` speaks to. Its tables: storage/migrations/0001_tables.sql. */
export function postgresHistory(sql: Sql): History {
  return {
    async apply(batch) {
      const statements = historyWrites(batch)
      if (statements.length > 0) await sql.batch(statements)
    },
    resolve: (refs) => resolveRefs(sql, refs),

    async message(tenant, messageId) {
      const [rows, states] = await Promise.all([
        sql.query<MessageRow>(oneMessage, [tenant, messageId]),
        statesOf(sql, tenant, [messageId]),
      ])
      const submission = standing(rows.map(submissionOf))
      return submission && messageView(submission, states.get(messageId) ?? [])
    },

    async messages(tenant, conversationId, page) {
      const rows = await sql.query<MessageRow>(conversationPage, [
        tenant,
        conversationId,
        ...endOf(page),
        page.limit,
      ])
      const submissions = rows.map(submissionOf)
      const ids = submissions.flatMap(({ message }) => message?.messageId ?? [])
      const states = await statesOf(sql, tenant, ids)
      return submissions.flatMap((submission) => {
        const { message } = submission
        if (!message) return []
        const { status, reason } = messageStatus(submission, states.get(message.messageId) ?? [])
        const cursor = cursorOf(message.acceptedAt, message.submissionId)
        return { message, status, reason, cursor }
      })
    },

    async conversations(tenant, page) {
      const rows = await sql.query<ActivityRow>(activityPage, [tenant, ...endOf(page), page.limit])
      return rows.map(conversationSummary)
    },

    async lastInbound(tenant, conversationId) {
      const [row] = await sql.query<{ at: number }>(latestInbound, [tenant, conversationId])
      return row?.at
    },

    async epoch() {
      const [row] = await sql.query<{ epoch: string }>('select epoch from projection_epoch')
      return row?.epoch ?? ''
    },

    async appliedOffsets() {
      return sql.query('select topic, partition, next_offset as "offset" from projection_state')
    },
  }
}

const oneMessage = `select ${messageColumns} from message m where tenant = $1 and message_id = $2`

// The second request under a message id is hidden until its own verdict comes: the earliest stands.
const conversationPage = `
  select ${messageColumns} from message m
  where tenant = $1 and conversation_id = $2 and accepted_at is not null
    and rejected_scope is distinct from 'submission'
    and (accepted_at, submission_id) < ($3::bigint, $4::text)
    and not exists (
      select from message o
      where o.tenant = m.tenant and o.message_id = m.message_id
        and o.accepted_at is not null and o.rejected_scope is distinct from 'submission'
        and (o.accepted_at, o.submission_id) < (m.accepted_at, m.submission_id))
  order by accepted_at desc, submission_id desc
  limit $5`

// last_slot says nothing that last_at does not: it is what the index is in the order of.
const activityPage = `
  select conversation_id, last_message_id, last_at, message_count from conversation_activity
  where tenant = $1 and last_slot <= ($2::bigint >> 12)
    and (last_at, conversation_id) < ($2::bigint, $3::text)
  order by last_slot desc, last_at desc, conversation_id desc
  limit $4`

// Without the refused repetitions; the order by makes it one step in the index message_inbound.
const latestInbound = `
  select accepted_at as at from message
  where tenant = $1 and conversation_id = $2 and direction = 'inbound'
    and accepted_at is not null and rejected_scope is distinct from 'submission'
  order by accepted_at desc limit 1`

interface ActivityRow {
  readonly conversation_id: string
  readonly last_message_id: string
  readonly last_at: number
  readonly message_count: number
}

const conversationSummary = (row: ActivityRow): ConversationSummary => ({
  conversationId: row.conversation_id,
  lastMessageId: row.last_message_id,
  lastActivityAt: row.last_at,
  messageCount: row.message_count,
  cursor: cursorOf(row.last_at, row.conversation_id),
})

/** A page without `before` begins behind the end of time, so that one plan serves both. */
function endOf({ before }: Page): [at: number, id: string] {
  if (before === undefined) return [Number.MAX_SAFE_INTEGER, '']
  const { at, id } = parseCursor(before)
  return [at, id]
}
