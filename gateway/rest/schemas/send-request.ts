/** No control characters; `in:` is the prefix of ids that the hub gives to what people write. */
export const messageIdPattern = '^(?!in:)[^\\u0000-\\u001f\\u007f]{1,128}$'
export const plainPattern = '^[^\\u0000-\\u001f\\u007f]+$'

/** Most characters of each, and most entries of `metadata`. */
export const sendLimits = {
  messageId: 128,
  conversationId: 128,
  channel: 64,
  address: 256,
  account: 128,
  replyTo: 256,
  text: 65_536,
  metadata: 32,
  metadataName: 64,
  metadataValue: 1_024,
  fallback: 5,
  /** Seconds: after two days nothing is given to another channel. */
  fallbackAfter: 172_800,
} as const

const target = {
  channel: {
    type: 'string',
    minLength: 1,
    maxLength: sendLimits.channel,
    pattern: plainPattern,
  },
  address: {
    type: 'string',
    minLength: 1,
    maxLength: sendLimits.address,
    pattern: plainPattern,
    description: 'Phone number, page-scoped id or chat id.',
  },
  account: {
    type: 'string',
    minLength: 1,
    maxLength: sendLimits.account,
    pattern: plainPattern,
    description: 'Your account to send from; may be left out when the channel has only one.',
  },
} as const

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
      maxLength: sendLimits.messageId,
      pattern: messageIdPattern,
      description:
        'Your own id: a repeated request with it is sent once. Minted when absent. The header Idempotency-Key says the same.',
    },
    conversationId: {
      type: 'string',
      minLength: 1,
      maxLength: sendLimits.conversationId,
      pattern: plainPattern,
      description: 'Where to send. Either this or `to`.',
    },
    to: {
      type: 'object',
      description: 'A person on a channel. Either this or `conversationId`.',
      required: ['channel', 'address'],
      additionalProperties: false,
      properties: target,
    },
    content: { $ref: 'SendContent#' },
    metadata: {
      type: 'object',
      description: 'Your own names and values, carried along and never read.',
      maxProperties: sendLimits.metadata,
      propertyNames: { minLength: 1, maxLength: sendLimits.metadataName, pattern: plainPattern },
      additionalProperties: {
        type: 'string',
        maxLength: sendLimits.metadataValue,
        pattern: '^[^\\u0000]*$',
      },
    },
    replyTo: {
      type: 'string',
      minLength: 1,
      maxLength: sendLimits.replyTo,
      pattern: plainPattern,
      description: 'messageId of the message this one answers.',
    },
    expiresAt: {
      type: 'string',
      format: 'date-time',
      description: 'Not sent after this instant (RFC 3339).',
    },
    sendAt: {
      type: 'string',
      format: 'date-time',
      description:
        'Kept until this instant and sent then (RFC 3339), at most 90 days ahead; one in the past means at once. It takes its place in the order of the conversation when it is due.',
    },
    humanAgent: {
      type: 'boolean',
      description:
        'A person answers, and not a program: Messenger and Instagram take that for seven days after the person wrote. Needs a key of role agent; programs that claim it are what the platforms restrict accounts for.',
    },
    fallback: {
      type: 'array',
      maxItems: sendLimits.fallback,
      description:
        'With `to`: the same person on other channels, tried in turn when the one before fails, or does not deliver in time. Each channel once. Never while nobody knows whether the one before has it.',
      items: {
        type: 'object',
        required: ['channel', 'address'],
        additionalProperties: false,
        properties: {
          ...target,
          after: {
            type: 'integer',
            minimum: 1,
            maximum: sendLimits.fallbackAfter,
            description:
              'Seconds that the channel before may take to deliver. Absent: only its failure moves on.',
          },
        },
      },
    },
  },
} as const
