import type { Member } from '../../../schemas/types.ts'
import type { ConversationRef, ParticipantRef } from '../../ports/directory.ts'
import type { Statement } from '../../ports/sql.ts'
import { arrayLiteral } from './array-literal.ts'
import { insertRows } from './insert-rows.ts'

/** Who came to groups and left them (migration 0011). Each person at most once in `rows`. */
export const members = {
  write: (rows: readonly Member[]): readonly Statement[] => [writeRows(rows), renew(rows)],

  /** Gives the conversations the participants that they have with all who came and went. */
  renew,

  /** The group that each of these people joined last. */
  seats: (refs: readonly ParticipantRef[]): Query => ({
    text: seatsByRef,
    params: [
      arrayLiteral(refs, ({ tenant }) => tenant),
      arrayLiteral(refs, ({ participantId }) => participantId),
    ],
  }),
} as const

function renew(refs: readonly ConversationRef[]): Statement {
  return {
    text: renewParticipants,
    params: [
      arrayLiteral(refs, ({ tenant }) => tenant),
      arrayLiteral(refs, ({ conversationId }) => conversationId),
    ],
  }
}

interface Query {
  readonly text: string
  readonly params: readonly string[]
}

const writeRows = insertRows<Member>(
  'member',
  {
    tenant: ['text', ({ tenant }) => tenant],
    conversation_id: ['text', ({ conversationId }) => conversationId],
    participant_id: ['text', ({ participantId }) => participantId],
    channel: ['text', ({ channel }) => channel],
    account: ['text', ({ account }) => account],
    address: ['text', ({ address }) => address],
    display_name: ['text', ({ displayName }) => displayName],
    joined_at: ['bigint', ({ joinedAt }) => joinedAt],
    left_at: ['bigint', ({ leftAt }) => leftAt],
    changed_by: ['text', ({ changedBy }) => changedBy],
  },
  `on conflict (conversation_id, participant_id, tenant) do update set
    channel = excluded.channel, account = excluded.account, address = excluded.address,
    display_name = excluded.display_name, joined_at = excluded.joined_at,
    left_at = excluded.left_at, changed_by = excluded.changed_by`,
)

const renewParticipants = `
  update conversation c
  set participants = with_members(c.tenant, c.conversation_id, c.participants)
  where (c.tenant, c.conversation_id) in (
    select distinct * from unnest($1::text[], $2::text[]))`

const seatsByRef = `
  select r.index, m.conversation_id as "conversationId"
  from unnest($1::text[], $2::text[]) with ordinality r(tenant, participant_id, index)
  cross join lateral (
    select conversation_id from member m
    where m.participant_id = r.participant_id and m.tenant = r.tenant and m.left_at is null
    order by m.joined_at desc, m.conversation_id desc limit 1
  ) m`
