import { newParticipant } from './conversation.ts'
import { plainPattern } from './send-request.ts'

const text = { type: 'string' } as const

export const identityRequestSchema = { ...newParticipant, $id: 'IdentityRequest' } as const

export const personRequestSchema = {
  $id: 'PersonRequest',
  type: 'object',
  required: ['identities'],
  additionalProperties: false,
  properties: {
    displayName: { type: 'string', minLength: 1, maxLength: 256, pattern: plainPattern },
    identities: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      description: "The first one's direct conversation becomes that of all of them.",
      items: newParticipant,
    },
  },
} as const

const identity = {
  participantId: text,
  channel: text,
  account: text,
  address: text,
} as const

const required = ['personId', 'identities', 'createdAt', 'createdBy'] as const

const properties = {
  personId: text,
  displayName: text,
  conversationId: {
    type: 'string',
    description: 'The direct conversation of all identities; absent while there is none.',
  },
  identities: {
    type: 'array',
    items: {
      type: 'object',
      required: ['participantId', 'channel', 'account', 'address'],
      additionalProperties: false,
      properties: identity,
    },
  },
  createdAt: { type: 'string', format: 'date-time' },
  createdBy: { type: 'string', description: 'API key id.' },
} as const

export const personSchema = {
  $id: 'Person',
  description: 'Somebody with identities on several channels.',
  type: 'object',
  required,
  additionalProperties: false,
  properties,
} as const

export const changedPersonSchema = {
  $id: 'ChangedPerson',
  type: 'object',
  required,
  additionalProperties: false,
  properties: {
    ...properties,
    position: {
      type: 'string',
      description: 'For a GET that is to include it; absent where nothing changed.',
    },
  },
} as const

export const personPageSchema = {
  $id: 'PersonPage',
  type: 'object',
  required: ['people'],
  additionalProperties: false,
  properties: {
    people: { type: 'array', items: { $ref: 'Person#' } },
    next: { type: 'string', description: '`before` of the next page; absent on the last.' },
  },
} as const

export const suggestionsSchema = {
  $id: 'Suggestions',
  type: 'object',
  required: ['suggestions'],
  additionalProperties: false,
  properties: {
    suggestions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['participantId', 'channel', 'account', 'address', 'why'],
        additionalProperties: false,
        properties: {
          ...identity,
          displayName: text,
          why: { type: 'string', description: 'same-number or same-name.' },
        },
      },
    },
  },
} as const
