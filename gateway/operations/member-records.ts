import { eventIdOf } from '../../domain/ids.ts'
import { conversationKey, participantKey } from '../../domain/keys.ts'
import type { Event, Member } from '../../schemas/types.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'
import { blankEvent } from './blank-event.ts'

/** That somebody came to a group or left it: for the directory, and unless it is silent for the feed. */
export function memberRecords(
  members: readonly Member[],
  { codec, topics }: Pick<GatewayTools, 'codec' | 'topics'>,
  silent?: 'silent',
): readonly NewRecord[] {
  return members.flatMap((member): readonly NewRecord[] => {
    const { tenant, conversationId, participantId } = member
    const headers = { 'c4a-tenant': tenant, 'c4a-conversation': conversationId }
    const change = {
      topic: topics.members,
      key: participantKey(tenant, conversationId, participantId),
      value: codec.encode('Member', member),
      headers,
    }
    if (silent) return [change]
    const event = {
      topic: topics.events,
      key: conversationKey(tenant, conversationId),
      value: codec.encode('Event', eventOf(member)),
      headers,
    }
    return [change, event]
  })
}

function eventOf(member: Member): Event {
  const { tenant, conversationId, participantId, channel, joinedAt, leftAt } = member
  const type = leftAt === null ? 'conversation.joined' : 'conversation.left'
  const at = leftAt ?? joinedAt
  return {
    ...blankEvent,
    eventId: eventIdOf(type, tenant, conversationId, participantId, String(at)),
    tenant,
    type,
    occurredAt: at,
    conversationId,
    participantId,
    channel,
  }
}
