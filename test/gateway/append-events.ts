import type { GatewayTools } from '../../gateway/tools.ts'
import type { Event } from '../../schemas/types.ts'

/** Appends events named by their messageId, each under the conversation given. */
export async function appendEvents(
  { broker, codec, topics }: GatewayTools,
  events: readonly (Partial<Event> & { readonly messageId: string })[],
): Promise<void> {
  await broker.append(
    events.map((given) => {
      const event: Event = {
        eventId: `e-${given.messageId}`,
        tenant: 'default',
        type: 'delivery.sent',
        occurredAt: 1_800_000_000_000,
        submissionId: null,
        conversationId: 'c1',
        participantId: null,
        deliveryId: null,
        channel: null,
        status: 'sent',
        reason: null,
        detail: null,
        data: null,
        ...given,
      }
      return {
        topic: topics.events,
        key: `${event.tenant}/${event.conversationId}`,
        value: codec.encode('Event', event),
        headers: {},
      }
    }),
  )
}
