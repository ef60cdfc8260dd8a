import type { Conversation, ReadMark } from '../../../schemas/types.ts'
import { cursorOf, parseCursor } from '../../ports/cursor.ts'
import type { MessageSummary, Page } from '../../ports/history.ts'
import { type ConversationSummary, type Inbox, unreadMost } from '../../ports/inbox.ts'
import type { Sql } from '../../ports/sql.ts'
import { conversationActivity } from './conversation-activity.ts'
import { type MessageRow, messageColumns } from './message-row.ts'
import { messageSummaries } from './message-summaries.ts'
import { ofConversation } from './of-conversation.ts'
import { standingRows } from './standing-rows.ts'
import { tenantWord } from './tenant-word.ts'

/** The inbox in PostgreSQL, whichever `sql` speaks to: over the tables of history and directory. */
export function postgresInbox(sql: Sql): Inbox {
  return {
    async conversations(tenant, page) {
      const rows = await sql.query<ConversationRow>(byActivity, [
        tenant,
        ...endOf(page),
        page.limit,
      ])
      const lasts = await messageSummaries(sql, tenant, rows.filter(hasMessage))
      const byId = new Map(lasts.map((last) => [last.message.messageId, last]))
      return rows.map((row) => summaryOf(row, byId.get(row.message_id ?? '')))
    },

    async search(tenant, { text, language, conversationId }, page) {
      const rows = await sql.query<MessageRow>(byWords, [
        tenant,
        ...endOf(page),
        page.limit,
        quotedWord(tenantWord(tenant)),
        language,
        text.replaceAll('\0', ' '),
        conversationId ?? null,
      ])
      return messageSummaries(sql, tenant, rows)
    },
  }
}

const { isFirst, isFurthest, isNoRepetition } = standingRows
const stands = `${isFurthest('m')} and ${isNoRepetition('m')}`
const { isOf } = ofConversation
const { slackMs } = conversationActivity

/**
 * What is noted of a conversation's activity lags behind, by less than the slack. So the page is found among those that
 * are noted down to the slack below the last of as many as asked for; exact instants are read off the messages, and sort
 * them. Below a cursor as many are counted from the slack below it, since those above may stand before it.
 */
const byActivity = `
  with enough as (
    select a.active_at from conversation_activity a
    join conversation c using (tenant, conversation_id)
    where a.tenant = $1 and a.active_at <= $2::bigint - ${slackMs}
    order by a.active_at desc offset $4::int - 1 limit 1
  ), found as (
    select c.*, m.message_id, m.submission_id, m.hop, m.direction, m.accepted_at, m.body,
      greatest(a.active_at, m.accepted_at) as active
    from conversation_activity a
    join conversation c using (tenant, conversation_id)
    left join lateral (
      select * from message m
      where ${isOf('m', 'a.tenant', 'a.conversation_id')} and ${stands}
      order by m.accepted_at desc limit 1
    ) m on true
    where a.tenant = $1 and a.active_at <= $2
      and a.active_at > coalesce((select active_at from enough), 0) - ${slackMs}
  ), page as (
    select * from found
    where (active, conversation_id) < ($2::bigint, $3::text)
    order by active desc, conversation_id desc limit $4
  )
  select page.*, r.message_id as read_message_id, r.read_to, r.read_at, r.read_by,
    (select count(*) from (
      select from message m
      where ${isOf('m', 'page.tenant', 'page.conversation_id')}
        and m.direction = 'inbound' and m.accepted_at > coalesce(r.read_to, 0) and ${stands}
      limit ${unreadMost}) unread) as unread
  from page
  left join read_mark r
    on r.conversation_id = page.conversation_id and r.tenant = page.tenant
  order by active desc, page.conversation_id desc`

// A query of nothing but stop words would find everything: it finds nothing.
const byWords = `
  select ${messageColumns} from message m
  where (m.message_id, m.submission_id, m.accepted_at) in (
      select t.message_id, t.submission_id, t.accepted_at from message_text t
      where t.tenant = $1 and t.words @@ ($5::tsquery && websearch_to_tsquery($6::regconfig, $7)))
    and numnode(websearch_to_tsquery($6::regconfig, $7)) > 0
    and m.tenant = $1 and (m.accepted_at, m.submission_id) < ($2::bigint, $3::text)
    and ($8::text is null or m.conversation_id = $8)
    and ${stands} and ${isFirst('m')}
  order by accepted_at desc, submission_id desc
  limit $4`

interface ConversationRow extends Omit<MessageRow, 'message_id'> {
  readonly kind: string
  readonly title: string | null
  readonly participants: Conversation['participants']
  readonly created_at: number
  readonly created_by: string
  readonly active: number
  readonly unread: number
  /** Null where nothing was said, and then all of the message is. */
  readonly message_id: string | null
  readonly read_message_id: string | null
  readonly read_to: number
  readonly read_at: number
  readonly read_by: string
}

const hasMessage = (row: ConversationRow): row is ConversationRow & MessageRow =>
  row.message_id !== null

const summaryOf = (
  row: ConversationRow,
  last: MessageSummary | undefined,
): ConversationSummary => ({
  conversation: {
    tenant: row.tenant,
    conversationId: row.conversation_id,
    kind: row.kind,
    title: row.title,
    participants: row.participants.map(({ joinedAt, ...each }) => ({
      ...each,
      joinedAt: joinedAt ?? null,
    })),
    createdAt: row.created_at,
    createdBy: row.created_by,
  },
  activeAt: row.active,
  last,
  unread: row.unread,
  read: readMarkOf(row),
  cursor: cursorOf(row.active, row.conversation_id),
})

const readMarkOf = (row: ConversationRow): ReadMark | undefined =>
  row.read_message_id === null
    ? undefined
    : {
        tenant: row.tenant,
        conversationId: row.conversation_id,
        messageId: row.read_message_id,
        readTo: row.read_to,
        readAt: row.read_at,
        readBy: row.read_by,
      }

function endOf({ before }: Page): [at: number, id: string] {
  if (before === undefined) return [Number.MAX_SAFE_INTEGER, '']
  const { at, id } = parseCursor(before)
  return [at, id]
}

/** A word as PostgreSQL's tsquery writes it (manual, 8.11.2). */
const quotedWord = (word: string): string =>
  `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
