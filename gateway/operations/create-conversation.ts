import { eventIdOf } from '../../domain/ids.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { Conversation, Event, Member, Participant } from '../../schemas/types.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { appendOrFail } from './append-or-fail.ts'
import { blankEvent } from './blank-event.ts'
import { type ConversationJson, conversationJson } from './conversation-json.ts'
import { memberRecords } from './member-records.ts'
import { type NewParticipant, newParticipants } from './new-participants.ts'
import type { PositionTokens } from './position-token.ts'
import { uuidV7Source } from './uuid-v7.ts'

/** After its check against schemas/conversation. */
export interface ConversationRequest {
  readonly title?: string
  readonly participants: readonly NewParticipant[]
}

export type CreatedConversation = ConversationJson & { readonly position: string }

export type CreateConversation = (
  request: ConversationRequest,
  caller: Caller,
  idempotencyKey: string | undefined,
) => Promise<CreatedConversation>

type CreateTools = Pick<
  GatewayTools,
  'broker' | 'codec' | 'ids' | 'clock' | 'channels' | 'topics' | 'directory'
>

/**
 * Writes a conversation to the directory's log. With one participant it is the direct one, whose id is
 * derived: creating it again changes its title and names only. A group gets an id of its own, the
 * same for the same idempotency key. Throws C4A_UNPROCESSABLE, C4A_UNAVAILABLE.
 */
export function createConversationOperation(
  tools: CreateTools,
  positions: PositionTokens,
): CreateConversation {
  const { broker, codec, ids, clock, topics } = tools
  const mint = uuidV7Source()
  const participants = newParticipants(tools)

  function idOf(all: readonly Participant[], tenant: string, key: string | undefined): string {
    const [only, second] = all
    if (only !== undefined && second === undefined) {
      return ids.conversation(tenant, only.channel, only.account, only.address)
    }
    return key === undefined
      ? `g_${mint(clock.now())}`
      : `g_${ids.digest(`group\0${tenant}\0${key}`)}`
  }

  return async (request, { tenant, keyId }, idempotencyKey) => {
    const all = participants(request.participants, tenant)
    const conversationId = idOf(all, tenant, idempotencyKey)
    const existing = await known(tools.directory, tenant, conversationId)
    const conversation: Conversation = {
      tenant,
      conversationId,
      kind: all.length === 1 ? 'direct' : 'group',
      title: request.title ?? null,
      participants: all,
      createdAt: existing?.createdAt ?? clock.now(),
      createdBy: existing?.createdBy ?? keyId,
    }
    const key = conversationKey(tenant, conversationId)
    const headers = { 'c4a-tenant': tenant, 'c4a-conversation': conversationId }
    const [position] = await appendOrFail(broker, [
      {
        topic: topics.conversations,
        key,
        value: codec.encode('Conversation', conversation),
        headers,
      },
      {
        topic: topics.events,
        key,
        value: codec.encode('Event', createdEvent(conversation)),
        headers,
      },
      ...memberRecords(membersOf(conversation, existing), tools, 'silent'),
    ])
    return { ...conversationJson(conversation), position: positions.write(position) }
  }
}

/** So that what they write is heard in the group, too; of one that is there already not who came and went since. */
function membersOf(
  conversation: Conversation,
  existing: Conversation | undefined,
): readonly Member[] {
  const { tenant, conversationId, kind, createdAt, createdBy, participants } = conversation
  if (kind !== 'group') return []
  const isFromBefore = ({ participantId }: Participant) =>
    existing?.participants.some(
      (each) => each.participantId === participantId && each.joinedAt === null,
    )
  const founders = existing === undefined ? participants : participants.filter(isFromBefore)
  return founders.map((each) => ({
    ...each,
    tenant,
    conversationId,
    joinedAt: createdAt,
    leftAt: null,
    changedBy: createdBy,
  }))
}

/** Undefined also while the tables are away: creating does not depend on them. */
async function known(
  directory: GatewayTools['directory'],
  tenant: string,
  conversationId: string,
): Promise<Conversation | undefined> {
  const found = await directory.conversations([{ tenant, conversationId }]).catch(() => [])
  return found[0]
}

function createdEvent({ tenant, conversationId, createdAt }: Conversation): Event {
  return {
    ...blankEvent,
    eventId: eventIdOf('conversation.created', tenant, conversationId),
    tenant,
    type: 'conversation.created',
    occurredAt: createdAt,
    conversationId,
  }
}
