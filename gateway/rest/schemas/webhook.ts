import { plainPattern } from './send-request.ts'

const instant = { type: 'string', format: 'date-time' } as const

const listOf = (items: object, description: string) =>
  ({ type: 'array', maxItems: 100, uniqueItems: true, items, description }) as const

const filters = {
  types: listOf(
    { type: 'string', maxLength: 64, pattern: '^[a-z]+\\.([a-z]+|\\*)$' },
    'Only events of these types, such as `message.received` or `delivery.*`; of all when empty.',
  ),
  channels: listOf(
    { type: 'string', minLength: 1, maxLength: 64 },
    'Only events of these channels; of all, and those without one, when empty.',
  ),
  conversations: listOf(
    { type: 'string', minLength: 1, maxLength: 128 },
    'Only events of these conversations; of all, and those without one, when empty.',
  ),
} as const

const asked = {
  url: {
    type: 'string',
    minLength: 1,
    maxLength: 2048,
    description: 'An https address that can be reached from outside.',
  },
  description: {
    type: 'string',
    maxLength: 256,
    pattern: plainPattern,
    description: 'For people.',
  },
  ...filters,
} as const

export const webhookRequestSchema = {
  $id: 'WebhookRequest',
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: asked,
} as const

export const webhookChangeSchema = {
  $id: 'WebhookChange',
  description: 'What is absent stays as it is.',
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    ...asked,
    enabled: {
      type: 'boolean',
      description: 'False stops all calls; true begins anew, whatever failed before.',
    },
  },
} as const

const required = [
  'webhookId',
  'url',
  'types',
  'channels',
  'conversations',
  'enabled',
  'createdAt',
  'createdBy',
] as const

const properties = {
  webhookId: { type: 'string' },
  url: { type: 'string' },
  description: { type: 'string' },
  types: { type: 'array', items: { type: 'string' } },
  channels: { type: 'array', items: { type: 'string' } },
  conversations: { type: 'array', items: { type: 'string' } },
  enabled: { type: 'boolean' },
  disabledAt: instant,
  disabledReason: {
    type: 'string',
    description: 'owner; gone: it answered 410; failing: it failed for days.',
  },
  failingSince: { ...instant, description: 'No call has succeeded since.' },
  formerSecretUntil: { ...instant, description: 'Until when the old secret signs as well.' },
  createdAt: instant,
  createdBy: { type: 'string', description: 'API key id.' },
} as const

export const webhookSchema = {
  $id: 'Webhook',
  type: 'object',
  required,
  additionalProperties: false,
  properties,
} as const

export const secretWebhookSchema = {
  $id: 'SecretWebhook',
  type: 'object',
  required: [...required, 'secret'],
  additionalProperties: false,
  properties: {
    ...properties,
    secret: {
      type: 'string',
      description: 'What signs its webhooks, `whsec_...`. It is shown this once.',
    },
  },
} as const

export const rotateSchema = {
  $id: 'RotateRequest',
  type: 'object',
  additionalProperties: false,
  properties: {
    keepOldFor: {
      type: 'integer',
      minimum: 0,
      maximum: 604_800,
      default: 86_400,
      description: 'Seconds for which the old secret signs as well; a day when absent.',
    },
  },
} as const

export const webhookAttemptSchema = {
  $id: 'WebhookAttempt',
  description: 'One attempt to post an event.',
  type: 'object',
  required: ['eventId', 'type', 'attempt', 'outcome', 'at', 'tookMs'],
  additionalProperties: false,
  properties: {
    eventId: { type: 'string', description: 'Also the header `webhook-id`.' },
    type: { type: 'string' },
    attempt: { type: 'integer' },
    outcome: {
      type: 'string',
      description:
        'delivered; failed; put-off: not tried, since the endpoint was failing; dropped: the endpoint was disabled or deleted.',
    },
    at: instant,
    tookMs: { type: 'integer' },
    status: { type: 'integer', description: 'HTTP status of the answer; absent without one.' },
    detail: { type: 'string' },
    nextAt: { ...instant, description: 'When it is tried again; absent when it is not.' },
    redelivery: { type: 'string', description: 'The redelivery it belongs to.' },
  },
} as const

export const webhookAttemptPageSchema = {
  $id: 'WebhookAttemptPage',
  type: 'object',
  required: ['attempts'],
  additionalProperties: false,
  properties: {
    attempts: { type: 'array', items: { $ref: 'WebhookAttempt#' } },
    next: { type: 'string', description: 'Give it as `before` to go on; absent at the end.' },
  },
} as const

export const attemptQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    before: { type: 'string', pattern: '^\\d{1,15}$', description: '`next` of the page before.' },
    eventId: { type: 'string', minLength: 1, maxLength: 64 },
  },
} as const

export const redeliverSchema = {
  $id: 'RedeliverRequest',
  type: 'object',
  required: ['since'],
  additionalProperties: false,
  properties: {
    since: { ...instant, description: 'At most as long ago as the feed keeps events.' },
    after: {
      type: 'string',
      minLength: 1,
      maxLength: 4096,
      description: '`cursor` of the answer before, to go on.',
    },
  },
} as const

export const redeliveredSchema = {
  $id: 'Redelivered',
  type: 'object',
  required: ['events', 'cursor', 'more'],
  additionalProperties: false,
  properties: {
    events: { type: 'integer', description: 'How many are sent again.' },
    cursor: { type: 'string', description: 'Give it as `after` to go on.' },
    more: { type: 'boolean', description: 'There is more of the feed to look through.' },
  },
} as const
