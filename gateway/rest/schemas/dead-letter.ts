const text = { type: 'string' } as const
const instant = { type: 'string', format: 'date-time' } as const
const place = '^\\d{1,6}/\\d{1,16}$'

export const deadLetterStageSchema = {
  $id: 'DeadLetterStage',
  description: "What a stage's dead-letter topic holds of your tenant.",
  type: 'object',
  required: ['stage', 'topic', 'count', 'complete', 'byCode'],
  additionalProperties: false,
  properties: {
    stage: text,
    topic: text,
    count: { type: 'integer' },
    complete: {
      type: 'boolean',
      description:
        'False: there are too many to look at; everything here is of the newest ones only.',
    },
    oldest: instant,
    newest: instant,
    byCode: {
      type: 'object',
      description: 'How many of each error code.',
      additionalProperties: { type: 'integer' },
    },
  },
} as const

export const deadLetterSchema = {
  $id: 'DeadLetter',
  description: 'A record that no attempt can help, with its original bytes and why.',
  type: 'object',
  required: ['partition', 'offset', 'key', 'code', 'reason', 'attempts', 'diedAt', 'headers'],
  additionalProperties: false,
  properties: {
    partition: { type: 'integer' },
    offset: { type: 'integer' },
    key: text,
    code: text,
    reason: text,
    attempts: { type: 'integer' },
    diedAt: instant,
    origin: { type: 'string', description: 'topic/partition/offset that it came from.' },
    headers: { type: 'object', additionalProperties: text },
    type: { type: 'string', description: 'Avro type of the topic it came from.' },
    value: {
      type: 'object',
      description: 'The record, decoded; absent where that is not possible.',
      additionalProperties: true,
    },
    bytes: { type: 'string', description: 'The original bytes, base64; absent for a tombstone.' },
  },
} as const

export const deadLetterPageSchema = {
  $id: 'DeadLetterPage',
  type: 'object',
  required: ['stage', 'topic', 'deadLetters'],
  additionalProperties: false,
  properties: {
    stage: text,
    topic: text,
    deadLetters: { type: 'array', items: { $ref: 'DeadLetter#' } },
    next: { type: 'string', description: '`from` of the next page; absent on the last.' },
  },
} as const

export const deadLetterQuerySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    from: {
      type: 'string',
      pattern: place,
      description:
        '`partition/offset` of the first one to show; the oldest of partition 0 when absent.',
    },
  },
} as const
