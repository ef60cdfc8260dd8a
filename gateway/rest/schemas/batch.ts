import { errorCodes } from '../../../topology/contract/errors.ts'
import { sendRequestSchema } from './send-request.ts'

/** Most messages of one request. */
export const maxBatch = 1_000

const template = {
  type: 'object',
  description:
    'With `recipients`, in place of `messages`: one template for many people. As content of type template; `text` may have gaps such as {{1}} or {{name}}, filled for each.',
  required: ['name', 'language'],
  properties: {
    name: { type: 'string' },
    language: { type: 'string' },
    text: { type: 'string' },
    parameters: {
      type: 'array',
      description: 'For those who have none of their own.',
      items: { $ref: 'TemplateParameter#' },
    },
  },
} as const

const { content: _, ...ofRecipient } = sendRequestSchema.properties

export const batchRequestSchema = {
  $id: 'BatchRequest',
  type: 'object',
  additionalProperties: false,
  oneOf: [{ required: ['messages'] }, { required: ['template', 'recipients'] }],
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: maxBatch,
      items: { $ref: 'SendRequest#' },
    },
    template,
    recipients: {
      type: 'array',
      minItems: 1,
      maxItems: maxBatch,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          ...ofRecipient,
          parameters: { type: 'array', items: { $ref: 'TemplateParameter#' } },
        },
      },
    },
  },
} as const

const list = { type: 'array', minItems: 1, maxItems: maxBatch } as const

/** What is checked before the items are: those answer one by one. Not by `oneOf`, which could not say which field is wrong. */
export const batchEnvelopeSchema = {
  $id: 'BatchEnvelope',
  type: 'object',
  if: { anyOf: [{ required: ['template'] }, { required: ['recipients'] }] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema; nobody awaits a schema
  then: {
    required: ['template', 'recipients'],
    additionalProperties: false,
    properties: { template: { type: 'object' }, recipients: list },
  },
  else: {
    required: ['messages'],
    additionalProperties: false,
    properties: { messages: list },
  },
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
