import { createHash, randomUUID } from 'node:crypto'
import { renewHistoryParts } from '../../storage/adapters/postgres/history-parts.ts'
import type { Sql } from '../../storage/ports/sql.ts'

/** A history as one tenant would have it: each message with its delivery, sent and delivered. */
export interface FilledHistory {
  readonly tenant: string
  readonly messages: number
  readonly conversations: number
}

export interface FillOptions {
  readonly messages: number
  /** Messages of a conversation lie spread over the whole time. */
  readonly conversations: number
  /** Into so many parts by time, besides those made ahead. */
  readonly parts: number
  readonly progress: (messages: number) => void
}

const day = 86_400_000
const atOnce = 50_000

/** The ids of the n-th message and of the k-th conversation, as `fill` makes them. */
export const filledIds = {
  /** Clients make them, most of them at random: neighbours in time are no neighbours in an index. */
  message: (n: number): string => createHash('md5').update(String(n)).digest('hex'),
  conversation: (k: number): string => `conversation-${String(k).padStart(19, '0')}`,
  writer: { participantId: 'key-1', channel: 'whatsapp' },
  provider: (n: number): string => `wamid.HBgNNTUxMTk5OTk5${String(n).padStart(12, '0')}`,
} as const

/**
 * Fills the tables of a server with rows that are made there, some tens of thousands a second. They end now, and
 * each part covers a day.
 */
export async function fillHistory(sql: Sql, options: FillOptions): Promise<FilledHistory> {
  const { messages, conversations, parts, progress } = options
  const tenant = `bench-${randomUUID()}`
  const nowMs = Date.now()
  const firstMs = nowMs - (parts - 1) * day
  for (let n = 0; n < parts; n++) {
    await renewHistoryParts(sql, { partMs: day, keepMs: null }, firstMs + n * day)
  }
  const stepMs = ((parts - 1) * day + (nowMs % day)) / messages
  const startMs = nowMs - messages * stepMs
  for (let from = 0; from < messages; from += atOnce) {
    const to = Math.min(from + atOnce, messages)
    const params = [tenant, from, to - 1, startMs, stepMs, conversations]
    await sql.query(messageRows, params)
    await sql.query(noteRows, params)
    progress(to)
  }
  return { tenant, messages, conversations }
}

const generated = `generate_series($2::bigint, $3::bigint) n
  cross join lateral (select $4::float8 + n * $5::float8) as t (ms)
  cross join lateral (select lpad((n % $6::bigint)::text, 19, '0')) as c (k)`
const messageId = 'md5(n::text)'

const messageRows = `
  insert into message (tenant, message_id, submission_id, hop, conversation_id, direction, accepted_at, body)
  select $1, ${messageId}, '0198c0de-0000-7000-8000-' || lpad(n::text, 12, '0'), 0, 'conversation-' || k,
    case when n % 4 = 0 then 'inbound' else 'outbound' end, ms::bigint,
    '["key-1","whatsapp","main","5511999990001",null,null,null,{},"${'ab'.repeat(16)}","text","' || repeat('Q2hhdDRB', 16) || '",null]'
  from ${generated}`

const noteRows = `
  insert into delivery_note (tenant, message_id, delivery_id, at, is_delivery, is_read, participant_id, channel,
    account, provider_message_id, told)
  select $1, ${messageId}, md5('d' || n::text), ms::bigint, true, false, md5(k), 'whatsapp', 'main',
    'wamid.HBgNNTUxMTk5OTk5' || lpad(n::text, 12, '0'),
    '["conversation-' || k || '",0,"5511999990001",["sent",1,' || ms::bigint || ',0,0,0,1,0],["delivered",1,' || ms::bigint || ',0,0,0,1,0]]'
  from ${generated}`
