import { pageSchema } from './page.ts'

/** Without a position: words are found a moment after the message. */
const { limit, before } = pageSchema.properties

export const searchQuerySchema = {
  type: 'object',
  required: ['q'],
  additionalProperties: false,
  properties: {
    q: {
      type: 'string',
      minLength: 1,
      maxLength: 1_024,
      description: 'All of the words; "a phrase", -not, a or b.',
    },
    conversationId: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      description: 'Only in this conversation.',
    },
    limit,
    before,
  },
} as const
