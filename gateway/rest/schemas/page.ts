export const positionSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  description:
    'Position of a 202 answer: the answer waits, up to two seconds, until it shows that.',
} as const

export const positionQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: { position: positionSchema },
} as const

/** The query of lists that go back in time. */
export const pageSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    before: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      description: '`next` of the page before.',
    },
    position: positionSchema,
  },
} as const

export const conversationQuerySchema = {
  ...pageSchema,
  properties: {
    ...pageSchema.properties,
    order: {
      type: 'string',
      enum: ['creation', 'activity'],
      default: 'creation',
      description:
        '`activity`: by what was said last, with the last message and how many are unread.',
    },
  },
} as const
