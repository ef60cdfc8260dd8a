import { isCode } from '../../../topology/contract/errors.ts'
import { cursorOf, parseCursor } from '../../ports/cursor.ts'
import type { History, Page } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { messageStatus, messageView, standing } from '../memory/history-view.ts'
import { statesOf } from './delivery-states.ts'
import { historyWrites } from './history-writes.ts'
import { type MessageRow, messageColumns } from './message-row.ts'
import { resolveRefs } from './resolve-refs.ts'
import { submissionsOf } from './submissions.ts'

/** History in PostgreSQL, whichever `sql` speaks to. Its tables: storage/migrations/0001_tables.sql. */
export function postgresHistory(sql: Sql): History {
  return {
    async apply(batch) {
      if (batch.spans && batch.spans.length > 0) {
        try {
          await sql.batch(historyWrites(batch, 'add'))
          return
        } catch (error) {
          // It came before, in whole or in part: after a crash, a lost answer, or told twice in the log.
          if (!isCode(error, 'C4A_STORE_CONFLICT')) throw error
        }
      }
      const statements = historyWrites(batch, 'merge')
      if (statements.length > 0) await sql.batch(statements)
    },
    resolve: (refs) => resolveRefs(sql, refs),

    async message(tenant, messageId) {
      const rows = sql.query<MessageRow>(oneMessage, [tenant, messageId])
      const [submissions, states] = await Promise.all([
        submissionsOf(sql, tenant, [messageId], rows),
        statesOf(sql, tenant, [messageId]),
      ])
      const submission = standing(submissions)
      return submission && messageView(submission, states.get(messageId) ?? [])
    },

    async messages(tenant, conversationId, page) {
      const rows = await sql.query<MessageRow>(conversationPage, [
        tenant,
        conversationId,
        ...endOf(page),
        page.limit,
      ])
      const ids = rows.map(({ message_id }) => message_id)
      const [submissions, states] = await Promise.all([
        submissionsOf(sql, tenant, ids, rows),
        statesOf(sql, tenant, ids),
      ])
      return submissions.flatMap((submission) => {
        const { message } = submission
        if (!message) return []
        const { status, reason } = messageStatus(submission, states.get(message.messageId) ?? [])
        const cursor = cursorOf(message.acceptedAt, message.submissionId)
        return { message, status, reason, cursor }
      })
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

/** Whether a row of `message` is not the request that was refused as a repetition. */
const isNoRepetition = (row: string): string => `not exists (
  select from rejection r
  where r.message_id = ${row}.message_id and r.tenant = ${row}.tenant
    and r.submission_id = ${row}.submission_id and r.scope = 'submission')`

/** Whether it did not go on into another conversation. All rounds have one instant, so only its own part is asked. */
const isFurthest = `not exists (
  select from message f
  where f.message_id = m.message_id and f.tenant = m.tenant
    and f.submission_id = m.submission_id and f.hop > m.hop and f.accepted_at = m.accepted_at)`

// The second request under a message id is hidden until its own verdict comes: the earliest stands.
const conversationPage = `
  select ${messageColumns} from message m
  where tenant = $1 and conversation_id = $2
    and (accepted_at, submission_id) < ($3::bigint, $4::text)
    and ${isFurthest} and ${isNoRepetition('m')}
    and not exists (
      select from message o
      where o.tenant = m.tenant and o.message_id = m.message_id
        and (o.accepted_at, o.submission_id) < (m.accepted_at, m.submission_id)
        and ${isNoRepetition('o')})
  order by accepted_at desc, submission_id desc
  limit $5`

// The order by makes it one step in the index message_inbound.
const latestInbound = `
  select accepted_at as at from message m
  where tenant = $1 and conversation_id = $2 and direction = 'inbound'
    and ${isFurthest} and ${isNoRepetition('m')}
  order by accepted_at desc limit 1`

/** A page without `before` begins behind the end of time, so that one plan serves both. */
function endOf({ before }: Page): [at: number, id: string] {
  if (before === undefined) return [Number.MAX_SAFE_INTEGER, '']
  const { at, id } = parseCursor(before)
  return [at, id]
}
