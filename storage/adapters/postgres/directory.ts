import type { Alias, Conversation, Member, Participant, ReadMark } from '../../../schemas/types.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Sql } from '../../ports/sql.ts'
import { arrayLiteral, jsonLiteral } from './array-literal.ts'
import { type Activity, conversationActivity } from './conversation-activity.ts'
import { insertRows } from './insert-rows.ts'
import { members } from './members.ts'

/** The directory's projection in PostgreSQL, whichever `sql` speaks to. */
export function postgresDirectory(sql: Sql): Directory {
  return {
    async conversations(refs) {
      if (refs.length === 0) return []
      const rows = await sql.query<Conversation & Numbered>(conversationsByRef, [
        arrayLiteral(refs, ({ tenant }) => tenant),
        arrayLiteral(refs, ({ conversationId }) => conversationId),
      ])
      return inOrder(refs.length, rows, conversationOf)
    },
    async aliases(refs) {
      if (refs.length === 0) return []
      const rows = await sql.query<Alias & Numbered>(aliasesByRef, [
        arrayLiteral(refs, ({ tenant }) => tenant),
        arrayLiteral(refs, ({ channel }) => channel),
        arrayLiteral(refs, ({ account }) => account),
        arrayLiteral(refs, ({ address }) => address),
      ])
      return inOrder(refs.length, rows, aliasOf)
    },
    async seats(refs) {
      if (refs.length === 0) return []
      const { text, params } = members.seats(refs)
      const rows = await sql.query<Seat & Numbered>(text, params)
      return inOrder(refs.length, rows, ({ conversationId }) => conversationId)
    },
    async reads(refs) {
      if (refs.length === 0) return []
      const rows = await sql.query<ReadMark & Numbered>(readsByRef, [
        arrayLiteral(refs, ({ tenant }) => tenant),
        arrayLiteral(refs, ({ conversationId }) => conversationId),
      ])
      return inOrder(refs.length, rows, readMarkOf)
    },
    async list(tenant, { limit, before }) {
      const end = before === undefined ? endOfTime : parseCursor(before)
      const rows = await sql.query<Conversation>(page, [tenant, end.at, end.id, limit])
      return rows.map(conversationOf)
    },
    async applyConversations(conversations) {
      if (conversations.length === 0) return
      const key = ({ tenant, conversationId }: Conversation) => `${tenant}\0${conversationId}`
      const rows = latest(conversations, key)
      const groups = rows.filter(({ kind }) => kind === 'group')
      await sql.batch([
        writeConversations(rows),
        conversationActivity.note(rows.map(activityOf)),
        ...(groups.length > 0 ? [members.renew(groups)] : []),
      ])
    },
    async applyAliases(aliases) {
      if (aliases.length === 0) return
      const key = ({ tenant, channel, account, address }: Alias) =>
        `${tenant}\0${channel}\0${account}\0${address}`
      await sql.batch([writeAliases(latest(aliases, key))])
    },
    async applyMembers(changes) {
      if (changes.length === 0) return
      const key = ({ tenant, conversationId, participantId }: Member) =>
        `${tenant}\0${conversationId}\0${participantId}`
      await sql.batch(members.write(latest(changes, key)))
    },
    async applyReads(marks) {
      if (marks.length === 0) return
      const key = ({ tenant, conversationId }: ReadMark) => `${tenant}\0${conversationId}`
      // The furthest comes last, and so it is the one that is kept.
      const rows = latest(
        marks.toSorted((a, b) => a.readTo - b.readTo),
        key,
      )
      await sql.batch([writeReads(rows)])
    },
  }
}

const conversationColumns = `c.tenant, c.conversation_id as "conversationId", c.kind, c.title,
  c.participants, c.created_at as "createdAt", c.created_by as "createdBy"`

const conversationsByRef = `
  select r.index, ${conversationColumns}
  from unnest($1::text[], $2::text[]) with ordinality r(tenant, conversation_id, index)
  join conversation c using (tenant, conversation_id)`

const aliasesByRef = `
  select r.index, a.tenant, a.channel, a.account, a.address, a.conversation_id as "conversationId",
    a.participant_id as "participantId", a.created_at as "createdAt"
  from unnest($1::text[], $2::text[], $3::text[], $4::text[])
    with ordinality r(tenant, channel, account, address, index)
  join alias a using (tenant, channel, account, address)`

const readsByRef = `
  select r.index, m.tenant, m.conversation_id as "conversationId", m.message_id as "messageId",
    m.read_to as "readTo", m.read_at as "readAt", m.read_by as "readBy"
  from unnest($1::text[], $2::text[]) with ordinality r(tenant, conversation_id, index)
  join read_mark m using (tenant, conversation_id)`

const page = `
  select ${conversationColumns} from conversation c
  where c.tenant = $1 and (c.created_at, c.conversation_id) < ($2::bigint, $3::text)
  order by c.created_at desc, c.conversation_id desc
  limit $4`

const endOfTime = { at: Number.MAX_SAFE_INTEGER, id: '' }

const writeConversations = insertRows<Conversation>(
  'conversation',
  {
    tenant: ['text', ({ tenant }) => tenant],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    kind: ['text', ({ kind }) => kind],
    title: ['text', ({ title }) => title],
    participants: ['jsonb', ({ participants }) => jsonLiteral(participants)],
    created_at: ['bigint', ({ createdAt }) => createdAt],
    created_by: ['text', ({ createdBy }) => createdBy],
  },
  `on conflict (tenant, conversation_id) do update set
    kind = excluded.kind, title = excluded.title, participants = excluded.participants,
    created_at = excluded.created_at, created_by = excluded.created_by`,
)

const writeAliases = insertRows<Alias>(
  'alias',
  {
    tenant: ['text', ({ tenant }) => tenant],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    address: ['text', ({ address }) => address],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    participant_id: ['text', ({ participantId }) => participantId],
    created_at: ['bigint', ({ createdAt }) => createdAt],
  },
  `on conflict (tenant, channel, account, address) do update set
    conversation_id = excluded.conversation_id, participant_id = excluded.participant_id,
    created_at = excluded.created_at`,
)

/** Where nothing was said yet a conversation stands where it was created. */
const activityOf = ({ tenant, conversationId, createdAt: at }: Conversation): Activity => ({
  tenant,
  conversationId,
  at,
})

const writeReads = insertRows<ReadMark>(
  'read_mark',
  {
    tenant: ['text', ({ tenant }) => tenant],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    message_id: ['text', ({ messageId }) => messageId],
    read_to: ['bigint', ({ readTo }) => readTo],
    read_at: ['bigint', ({ readAt }) => readAt],
    read_by: ['text', ({ readBy }) => readBy],
  },
  `on conflict (conversation_id, tenant) do update set
    message_id = excluded.message_id, read_to = excluded.read_to, read_at = excluded.read_at,
    read_by = excluded.read_by
   where excluded.read_to > read_mark.read_to`,
)

interface Seat {
  readonly conversationId: string
}

/** `with ordinality` counts from 1. */
interface Numbered {
  readonly index: number
}

function inOrder<Row extends Numbered, Answer>(
  count: number,
  rows: readonly Row[],
  of: (row: Row) => Answer,
): (Answer | undefined)[] {
  const answers = new Array<Answer | undefined>(count).fill(undefined)
  for (const row of rows) answers[row.index - 1] = of(row)
  return answers
}

function latest<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}

const conversationOf = (row: Conversation): Conversation => ({
  tenant: row.tenant,
  conversationId: row.conversationId,
  kind: row.kind,
  title: row.title,
  participants: row.participants.map(participantOf),
  createdAt: row.createdAt,
  createdBy: row.createdBy,
})

/** Rows from before there were members do not say since when. */
const participantOf = ({ joinedAt, ...participant }: Participant): Participant => ({
  ...participant,
  joinedAt: joinedAt ?? null,
})

const aliasOf = (row: Alias): Alias => ({
  tenant: row.tenant,
  channel: row.channel,
  account: row.account,
  address: row.address,
  conversationId: row.conversationId,
  participantId: row.participantId,
  createdAt: row.createdAt,
})

const readMarkOf = (row: ReadMark): ReadMark => ({
  tenant: row.tenant,
  conversationId: row.conversationId,
  messageId: row.messageId,
  readTo: row.readTo,
  readAt: row.readAt,
  readBy: row.readBy,
})
