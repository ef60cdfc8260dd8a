const text = { type: 'string' } as const

export const eventSchema = {
  $id: 'Event',
  description: 'Something that happened. The same fact always has the same eventId.',
  type: 'object',
  required: ['eventId', 'type', 'occurredAt'],
  additionalProperties: false,
  properties: {
    eventId: text,
    type: {
      type: 'string',
      description:
        'message.accepted, message.rejected, message.received, submission.duplicate, submission.rejected, delivery.sent, delivery.delivered, delivery.read, delivery.failed, delivery.unknown, delivery.held, conversation.created, conversation.joined, conversation.left, conversation.read, webhook.disabled. New ones may come.',
    },
    occurredAt: { type: 'string', format: 'date-time' },
    messageId: text,
    submissionId: text,
    conversationId: text,
    participantId: text,
    deliveryId: text,
    channel: text,
    status: { type: 'string', description: 'The status that this fact supports.' },
    reason: text,
    detail: text,
    data: {
      type: 'object',
      description: 'message.received: the message. webhook.disabled: the endpoint.',
      additionalProperties: true,
    },
  },
} as const

export const eventPageSchema = {
  $id: 'EventPage',
  type: 'object',
  required: ['events', 'cursor', 'more'],
  additionalProperties: false,
  properties: {
    events: { type: 'array', items: { $ref: 'Event#' } },
    cursor: { type: 'string', description: 'Give it as `after` to go on from here.' },
    more: { type: 'boolean', description: 'There is more to read now.' },
  },
} as const

const after = (standard: string) =>
  ({
    type: 'string',
    minLength: 1,
    maxLength: 4096,
    description: `A cursor, \`start\` (the oldest kept) or \`now\`; ${standard} when absent.`,
  }) as const

export const eventQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: after('`start`'),
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  },
} as const

export const streamQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: { after: after('`now`') },
} as const
