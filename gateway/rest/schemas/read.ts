const text = { type: 'string' } as const
const instant = { type: 'string', format: 'date-time' } as const

export const readRequestSchema = {
  $id: 'ReadRequest',
  type: 'object',
  additionalProperties: false,
  properties: {
    messageId: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      description: 'The last message that was read; the newest one where it is absent.',
    },
  },
} as const

export const readMarkSchema = {
  $id: 'ReadMark',
  description: 'How far the client has read. It never goes back.',
  type: 'object',
  required: ['messageId', 'readTo', 'readAt', 'readBy'],
  additionalProperties: false,
  properties: {
    messageId: { type: 'string', description: 'The last message that was read.' },
    readTo: {
      ...instant,
      description: 'When that was accepted: what was accepted up to then is read.',
    },
    readAt: { ...instant, description: 'When it was marked.' },
    readBy: { type: 'string', description: 'API key id.' },
  },
} as const

export const readAnswerSchema = {
  $id: 'ReadAnswer',
  type: 'object',
  required: ['conversationId'],
  additionalProperties: false,
  properties: {
    conversationId: text,
    read: { $ref: 'ReadMark#' },
    position: {
      type: 'string',
      description: 'For a GET that is to include it; absent where nothing was written.',
    },
  },
} as const
