import { plainPattern } from './send-request.ts'

const text = { type: 'string' } as const

const newParticipant = {
  type: 'object',
  required: ['channel', 'address'],
  additionalProperties: false,
  properties: {
    channel: { type: 'string', minLength: 1, maxLength: 64, pattern: plainPattern },
    address: { type: 'string', minLength: 1, maxLength: 256, pattern: plainPattern },
    account: { type: 'string', minLength: 1, maxLength: 128, pattern: plainPattern },
    displayName: { type: 'string', minLength: 1, maxLength: 256, pattern: plainPattern },
  },
} as const

export const membersRequestSchema = {
  $id: 'MembersRequest',
  type: 'object',
  required: ['participants'],
  additionalProperties: false,
  properties: {
    participants: { type: 'array', minItems: 1, maxItems: 100, items: newParticipant },
  },
} as const

export const conversationRequestSchema = {
  $id: 'ConversationRequest',
  type: 'object',
  required: ['participants'],
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 256, pattern: plainPattern },
    participants: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      description: 'One makes the direct conversation with that person; more make a group.',
      items: newParticipant,
    },
  },
} as const

const required = ['conversationId', 'kind', 'participants', 'createdAt', 'createdBy'] as const

const properties = {
  conversationId: text,
  kind: { type: 'string', description: 'direct or group.' },
  title: text,
  participants: {
    type: 'array',
    items: {
      type: 'object',
      required: ['participantId', 'channel', 'account', 'address'],
      additionalProperties: false,
      properties: {
        participantId: text,
        channel: text,
        account: text,
        address: text,
        displayName: text,
        joinedAt: {
          type: 'string',
          format: 'date-time',
          description: 'Groups: since when; absent for who was there from the beginning.',
        },
      },
    },
  },
  createdAt: { type: 'string', format: 'date-time' },
  createdBy: { type: 'string', description: 'API key id, or `inbound`.' },
} as const

export const conversationSchema = {
  $id: 'Conversation',
  type: 'object',
  required,
  additionalProperties: false,
  properties: {
    ...properties,
    activeAt: {
      type: 'string',
      format: 'date-time',
      description: 'By activity: when something was last said, or it was created.',
    },
    unread: {
      type: 'integer',
      description:
        'By activity: messages that people wrote since it was marked as read; 1000 stands for more.',
    },
    read: { $ref: 'ReadMark#' },
    lastMessage: { $ref: 'Message#' },
  },
} as const

export const createdConversationSchema = {
  $id: 'CreatedConversation',
  type: 'object',
  required: [...required, 'position'],
  additionalProperties: false,
  properties: {
    ...properties,
    position: { type: 'string', description: 'For a GET that is to include it.' },
  },
} as const

const next = { type: 'string', description: '`before` of the next page; absent on the last.' }

export const changedConversationSchema = {
  ...createdConversationSchema,
  $id: 'ChangedConversation',
  required,
} as const

export const conversationPageSchema = {
  $id: 'ConversationPage',
  type: 'object',
  required: ['conversations'],
  additionalProperties: false,
  properties: { conversations: { type: 'array', items: { $ref: 'Conversation#' } }, next },
} as const

export const messagePageSchema = {
  $id: 'MessagePage',
  type: 'object',
  required: ['messages'],
  additionalProperties: false,
  properties: { messages: { type: 'array', items: { $ref: 'Message#' } }, next },
} as const
