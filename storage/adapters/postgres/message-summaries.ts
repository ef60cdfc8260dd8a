import { cursorOf } from '../../ports/cursor.ts'
import type { MessageSummary } from '../../ports/history.ts'
import type { Sql } from '../../ports/sql.ts'
import { messageStatus } from '../memory/history-view.ts'
import { statesOf } from './delivery-states.ts'
import type { MessageRow } from './message-row.ts'
import { submissionsOf } from './submissions.ts'

/** Rows of messages with what became of them, in the rows' order. */
export async function messageSummaries(
  sql: Sql,
  tenant: string,
  rows: readonly MessageRow[],
): Promise<readonly MessageSummary[]> {
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
}
