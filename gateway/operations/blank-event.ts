import type { Event } from '../../schemas/types.ts'

/** What an event says of the messages and deliveries that it is not about. */
export const blankEvent = {
  messageId: null,
  submissionId: null,
  conversationId: null,
  participantId: null,
  deliveryId: null,
  channel: null,
  status: null,
  reason: null,
  detail: null,
  data: null,
} satisfies Partial<Event>
