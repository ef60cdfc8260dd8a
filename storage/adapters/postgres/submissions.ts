import type { Rejection } from '../../../schemas/types.ts'
import type { Sql } from '../../ports/sql.ts'
import { earlierRejection } from '../memory/history-merge.ts'
import type { Submission } from '../memory/standing.ts'
import { arrayLiteral } from './array-literal.ts'
import { type MessageRow, messageOf } from './message-row.ts'

/** What was told of each submission of these messages, united; with those that only a rejection made known. */
export async function submissionsOf(
  sql: Sql,
  tenant: string,
  messageIds: readonly string[],
  messages: readonly MessageRow[] | Promise<readonly MessageRow[]>,
): Promise<readonly Submission[]> {
  if (messageIds.length === 0) return []
  const params = [tenant, arrayLiteral(messageIds, (id) => id)]
  const [rows, rejections] = await Promise.all([
    messages,
    sql.query<RejectionRow>(rejectionsOfMessages, params),
  ])
  const rejected = new Map<string, Rejection>()
  const refused = new Map<string, Set<string>>()
  for (const row of rejections) {
    if (row.scope === 'submission') {
      const reasons = refused.get(row.submission_id) ?? new Set()
      refused.set(row.submission_id, reasons.add(row.reason))
      continue
    }
    const rejection = rejectionOf(row)
    const known = rejected.get(row.submission_id)
    rejected.set(row.submission_id, known ? earlierRejection(known, rejection) : rejection)
  }
  const furthest = new Map<string, MessageRow>()
  for (const row of rows) {
    const known = furthest.get(row.submission_id)
    if (!known || known.hop < row.hop) furthest.set(row.submission_id, row)
  }
  const ids = new Set([...furthest.keys(), ...rejected.keys(), ...refused.keys()])
  return Array.from(ids, (id): Submission => {
    const row = furthest.get(id)
    const message = row ? messageOf(row) : null
    return { message, rejection: rejected.get(id) ?? null, refusals: refused.get(id) ?? never }
  })
}

const never: ReadonlySet<string> = new Set()

const rejectionsOfMessages = `
  select tenant, message_id, submission_id, conversation_id, direction, scope, stage, reason, detail,
    rejected_at
  from rejection
  where tenant = $1 and message_id = any($2::text[])`

interface RejectionRow {
  readonly tenant: string
  readonly message_id: string
  readonly submission_id: string
  readonly conversation_id: string
  readonly direction: string
  readonly scope: string
  readonly stage: string
  readonly reason: string
  readonly detail: string
  readonly rejected_at: number
}

const rejectionOf = (row: RejectionRow): Rejection => ({
  messageId: row.message_id,
  submissionId: row.submission_id,
  tenant: row.tenant,
  conversationId: row.conversation_id,
  direction: row.direction,
  scope: row.scope,
  stage: row.stage,
  reason: row.reason,
  detail: row.detail,
  rejectedAt: row.rejected_at,
})
