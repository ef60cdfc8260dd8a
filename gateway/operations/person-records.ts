import { eventIdOf } from '../../domain/ids.ts'
import { conversationKey, personKey } from '../../domain/keys.ts'
import type { Alias, Conversation, Event, Identity, Person } from '../../schemas/types.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'
import { blankEvent } from './blank-event.ts'

export interface PersonChange {
  readonly person: Person
  /** Identities that were linked or unlinked. */
  readonly changed: readonly Identity[]
  readonly aliases: readonly Alias[]
  /** Where it is new. */
  readonly conversation?: Conversation | undefined
}

/** What changed about a person, for the directory and the feed; the person comes first. */
export function personRecords(
  { person, changed, aliases, conversation }: PersonChange,
  { codec, topics }: Pick<GatewayTools, 'codec' | 'topics'>,
  conversationOf: (alias: Alias) => string,
): readonly NewRecord[] {
  const { tenant, personId, conversationId } = person
  const headers = { 'c4a-tenant': tenant }
  const record = (topic: string, key: string, value: Uint8Array): NewRecord => ({
    topic,
    key,
    value,
    headers,
  })
  return [
    record(topics.people, personKey(tenant, personId), codec.encode('Person', person)),
    ...(conversation
      ? [
          record(
            topics.conversations,
            conversationKey(tenant, conversation.conversationId),
            codec.encode('Conversation', conversation),
          ),
        ]
      : []),
    ...changed.map((each) =>
      record(
        topics.identities,
        personKey(tenant, each.participantId),
        codec.encode('Identity', each),
      ),
    ),
    // By the conversation it would have had: a key may not hold an address.
    ...aliases.map((each) =>
      record(
        topics.aliases,
        conversationKey(tenant, conversationOf(each)),
        codec.encode('Alias', each),
      ),
    ),
    ...changed.map((each) =>
      record(
        topics.events,
        conversationKey(tenant, conversationId ?? personId),
        codec.encode('Event', eventOf(each, person)),
      ),
    ),
  ]
}

function eventOf(
  { tenant, participantId, channel, personId, changedAt }: Identity,
  person: Person,
): Event {
  const type = personId === null ? 'person.unlinked' : 'person.linked'
  return {
    ...blankEvent,
    eventId: eventIdOf(type, tenant, person.personId, participantId, String(changedAt)),
    tenant,
    type,
    occurredAt: changedAt,
    conversationId: person.conversationId,
    participantId,
    channel,
    data: JSON.stringify({ personId: person.personId }),
  }
}
