import { isCode } from '../../../topology/contract/errors.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { History, Page } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { messageView } from '../memory/history-view.ts'
import { standing } from '../memory/standing.ts'
import { statesOf } from './delivery-states.ts'
import { historyWrites } from './history-writes.ts'
import { bodyStartOf, type MessageRow, messageColumns } from './message-row.ts'
import { messageSummaries } from './message-summaries.ts'
import { NotedActivity } from './noted-activity.ts'
import { ofConversation } from './of-conversation.ts'
import { resolveRefs } from './resolve-refs.ts'
import { standingRows } from './standing-rows.ts'
import { submissionsOf } from './submissions.ts'

/** History in PostgreSQL, whichever `sql` speaks to. Its tables: storage/migrations/0001_tables.sql. */
export function postgresHistory(sql: Sql): History {
  const noted = new NotedActivity()
  let knownEpoch = ''

  return {
    async apply(batch) {
      const activities = noted.fresh(batch.messages)
      const written = () => noted.note(activities)
      if (batch.spans && batch.spans.length > 0) {
        try {
          await sql.batch(historyWrites(batch, activities, 'add'))
          return written()
        } catch (error) {
          // It came before, in whole or in part: after a crash, a lost answer, or told twice in the log.
          if (!isCode(error, 'C4A_STORE_CONFLICT')) throw error
        }
      }
      const statements = historyWrites(batch, activities, 'merge')
      if (statements.length > 0) await sql.batch(statements)
      written()
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
      return messageSummaries(sql, tenant, rows)
    },

    async lastInbound(tenant, conversationId, writer) {
      const parameters = [tenant, conversationId, bodyStartOf(writer)]
      const [row] = await sql.query<{ at: number }>(latestInbound, parameters)
      return row?.at
    },

    async epoch() {
      const [row] = await sql.query<{ epoch: string }>('select epoch from projection_epoch')
      const epoch = row?.epoch ?? ''
      // New tables, in which nothing is noted.
      if (epoch !== knownEpoch) noted.forget()
      knownEpoch = epoch
      return epoch
    },

    async appliedOffsets() {
      return sql.query('select topic, partition, next_offset as "offset" from projection_state')
    },
  }
}

const { isFirst, isFurthest, isNoRepetition } = standingRows
const { isOf } = ofConversation

const oneMessage = `select ${messageColumns} from message m where tenant = $1 and message_id = $2`

const conversationPage = `
  select ${messageColumns} from message m
  where ${isOf('m', '$1', '$2')}
    and (accepted_at, submission_id) < ($3::bigint, $4::text)
    and ${isFurthest('m')} and ${isNoRepetition('m')} and ${isFirst('m')}
  order by accepted_at desc, submission_id desc
  limit $5`

// The order by makes it one step in the index of inbound messages, and a few more where others in a group wrote since.
const latestInbound = `
  select accepted_at as at from message m
  where ${isOf('m', '$1', '$2')} and direction = 'inbound'
    and starts_with(m.body, $3)
    and ${isFurthest('m')} and ${isNoRepetition('m')}
  order by accepted_at desc limit 1`

/** A page without `before` begins behind the end of time, so that one plan serves both. */
function endOf({ before }: Page): [at: number, id: string] {
  if (before === undefined) return [Number.MAX_SAFE_INTEGER, '']
  const { at, id } = parseCursor(before)
  return [at, id]
}
