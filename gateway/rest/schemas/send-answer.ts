export const sendAnswerSchema = {
  $id: 'SendAnswer',
  type: 'object',
  required: ['messageId', 'submissionId', 'conversationId', 'status', 'position'],
  additionalProperties: false,
  properties: {
    messageId: { type: 'string' },
    submissionId: { type: 'string', description: 'Of this request; UUIDv7.' },
    conversationId: { type: 'string' },
    status: { type: 'string', enum: ['accepted'] },
    position: {
      type: 'string',
      description: 'Give it to a GET as `position`: the answer then includes this message.',
    },
  },
} as const
