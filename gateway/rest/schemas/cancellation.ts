export const cancellationSchema = {
  $id: 'Cancellation',
  type: 'object',
  required: ['messageId', 'outcome', 'cancelled', 'tooLate', 'detail'],
  additionalProperties: false,
  properties: {
    messageId: { type: 'string' },
    outcome: {
      type: 'string',
      description:
        'cancelled, partly (some parts or people had been given to a platform) or too-late.',
    },
    cancelled: {
      type: 'integer',
      description: 'Channel messages that will not be sent; 0 where none was made yet.',
    },
    tooLate: { type: 'integer', description: 'Channel messages that a platform has, or may have.' },
    detail: { type: 'string', description: 'A sentence.' },
  },
} as const
