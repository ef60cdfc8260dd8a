import { errorCodes } from '../../../topology/contract/errors.ts'

/** Most messages of one request. */
export const maxBatch = 1_000

export const batchRequestSchema = {
  $id: 'BatchRequest',
  type: 'object',
  required: ['messages'],
  additionalProperties: false,
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: maxBatch,
      items: { $ref: 'SendRequest#' },
    },
  },
} as const

/** What is checked before the items are: those answer one by one. */
export const batchEnvelopeSchema = {
  ...batchRequestSchema,
  $id: 'BatchEnvelope',
  properties: { messages: { type: 'array', minItems: 1, maxItems: maxBatch } },
} as const

export const batchAnswerSchema = {
  $id: 'BatchAnswer',
  type: 'object',
  required: ['items'],
  additionalProperties: false,
  properties: {
    items: {
      type: 'array',
      description: 'In the order of the messages.',
      items: {
        type: 'object',
        required: ['status'],
        additionalProperties: false,
        properties: {
          status: {
            type: 'string',
            enum: ['accepted', 'refused', 'not-attempted', 'unavailable'],
            description:
              'not-attempted: an earlier message of the same conversation was not accepted.',
          },
          messageId: { type: 'string' },
          submissionId: { type: 'string' },
          conversationId: { type: 'string' },
          position: { type: 'string' },
          error: {
            type: 'object',
            required: ['code', 'detail'],
            additionalProperties: false,
            properties: {
              code: { type: 'string', enum: Object.keys(errorCodes) },
              detail: { type: 'string' },
            },
          },
        },
      },
    },
  },
} as const
