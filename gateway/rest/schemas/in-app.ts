import { plainPattern } from './send-request.ts'

const id = { type: 'string', minLength: 1, maxLength: 128, pattern: plainPattern } as const
const words = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^[^\\u0000]*$',
})

export const personTokenRequestSchema = {
  $id: 'PersonTokenRequest',
  type: 'object',
  required: ['address'],
  additionalProperties: false,
  properties: {
    address: { ...words(256), description: 'What you call the person, a user id for instance.' },
    account: { ...id, description: 'Needed where you have several on the channel.' },
    seconds: {
      type: 'integer',
      minimum: 10,
      maximum: 86_400,
      default: 3_600,
      description: 'How long it is good. It cannot be taken back.',
    },
  },
} as const

const text = { type: 'string' } as const
export const personTokenSchema = {
  $id: 'PersonToken',
  description: 'Lets one person read and write as themselves, and do nothing else.',
  type: 'object',
  required: ['token', 'participantId', 'account', 'address', 'expiresAt'],
  additionalProperties: false,
  properties: {
    token: text,
    participantId: text,
    account: text,
    address: text,
    expiresAt: { type: 'string', format: 'date-time' },
  },
} as const

const kind = (type: string, required: readonly string[], properties: object) => ({
  type: 'object',
  required: ['type', ...required],
  additionalProperties: false,
  properties: { type: { const: type }, ...properties },
})

/** What a person may say. Media needs a key to be stored, so there is none. */
const contentSchema = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    kind('text', ['text'], { text: words(65_536) }),
    kind('edit', ['text'], { text: words(65_536) }),
    kind('location', ['latitude', 'longitude'], {
      latitude: { type: 'number', minimum: -90, maximum: 90 },
      longitude: { type: 'number', minimum: -180, maximum: 180 },
      name: words(1024),
      address: words(1024),
    }),
    kind('choice', ['id', 'title'], { id: words(256), title: words(255) }),
    kind('reaction', ['emoji'], { emoji: { type: 'string', maxLength: 64 } }),
    kind('delete', [], {}),
  ],
}

const about = { conversationId: id }
const ids = { type: 'array', minItems: 1, maxItems: 100, items: id } as const

/** What a person's program sends. */
export const personFrameSchema = {
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    kind('send', ['id', 'content'], {
      id,
      replyTo: id,
      conversationId: id,
      content: contentSchema,
    }),
    kind('delivered', ['ids'], { ids }),
    kind('read', ['ids'], { ids }),
    kind('watch', ['conversationId'], about),
    kind('unwatch', ['conversationId'], about),
    kind('typing', ['conversationId'], about),
  ],
} as const
