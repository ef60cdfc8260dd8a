/** No control characters; `in:` is the prefix of ids that the hub gives to what people write. */
export const messageIdPattern = '^(?!in:)[^\\u0000-\\u001f\\u007f]{1,128}$'
export const plainPattern = '^[^\\u0000-\\u001f\\u007f]+$'

export const sendRequestSchema = {
  $id: 'SendRequest',
  type: 'object',
  required: ['content'],
  additionalProperties: false,
  oneOf: [{ required: ['conversationId'] }, { required: ['to'] }],
  properties: {
    messageId: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: messageIdPattern,
      description:
        'Your own id: a repeated request with it is sent once. Minted when absent. The header Idempotency-Key says the same.',
    },
    conversationId: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: plainPattern,
      description: 'Where to send. Either this or `to`.',
    },
    to: {
      type: 'object',
      description: 'A person on a channel. Either this or `conversationId`.',
      required: ['channel', 'address'],
      additionalProperties: false,
      properties: {
        channel: { type: 'string', minLength: 1, maxLength: 64, pattern: plainPattern },
        address: {
          type: 'string',
          minLength: 1,
          maxLength: 256,
          pattern: plainPattern,
          description: 'Phone number, page-scoped id or chat id.',
        },
        account: {
          type: 'string',
          minLength: 1,
          maxLength: 128,
          pattern: plainPattern,
          description: 'Your account to send from; may be left out when the channel has only one.',
        },
      },
    },
    content: { $ref: 'SendContent#' },
    metadata: {
      type: 'object',
      description: 'Your own names and values, carried along and never read.',
      maxProperties: 32,
      propertyNames: { minLength: 1, maxLength: 64, pattern: plainPattern },
      additionalProperties: { type: 'string', maxLength: 1024, pattern: '^[^\\u0000]*$' },
    },
    replyTo: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      pattern: plainPattern,
      description: 'messageId of the message this one answers.',
    },
    expiresAt: {
      type: 'string',
      format: 'date-time',
      description: 'Not sent after this instant (RFC 3339).',
    },
  },
} as const
