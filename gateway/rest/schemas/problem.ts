import { errorCodes } from '../../../topology/contract/errors.ts'

/** RFC 9457. */
export const problemSchema = {
  $id: 'Problem',
  description: 'What went wrong (RFC 9457). Branch on `code`, never on text.',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'retryable'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', description: 'urn:chat4all:error: and the code.' },
    title: { type: 'string', description: 'What failed.' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What, why, and what you can do.' },
    instance: { type: 'string', description: 'urn:chat4all:request: and the x-request-id.' },
    code: { type: 'string', enum: Object.keys(errorCodes) },
    retryable: { type: 'boolean', description: 'The same request may succeed later.' },
    messageId: { type: 'string', description: '503 of a send: repeat with this id.' },
    submissionId: { type: 'string' },
    conversationId: { type: 'string' },
    items: {
      type: 'array',
      description: '503 of a batch: the ids that were minted, by item.',
      items: {
        type: 'object',
        required: ['messageId', 'submissionId', 'conversationId'],
        additionalProperties: false,
        properties: {
          messageId: { type: 'string' },
          submissionId: { type: 'string' },
          conversationId: { type: 'string' },
        },
      },
    },
  },
} as const
