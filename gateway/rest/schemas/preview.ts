const text = { type: 'string' } as const

/** What each person would see. */
export const previewSchema = {
  $id: 'Preview',
  type: 'object',
  required: ['recipients'],
  additionalProperties: false,
  properties: {
    recipients: {
      type: 'array',
      items: {
        type: 'object',
        required: ['channel', 'account', 'address', 'outcome', 'rules', 'parts'],
        additionalProperties: false,
        properties: {
          participantId: text,
          channel: text,
          account: text,
          address: text,
          outcome: {
            type: 'string',
            description: 'native, degraded (by `rules`) or rejected (see `detail`).',
          },
          detail: text,
          rules: {
            type: 'array',
            description: 'What is done to it; docs/channels.md has them all.',
            items: {
              type: 'object',
              required: ['rule', 'detail'],
              additionalProperties: false,
              properties: { rule: text, detail: text },
            },
          },
          parts: {
            type: 'array',
            description: 'The channel messages, in the order in which they would be sent.',
            items: {
              type: 'object',
              required: ['content'],
              additionalProperties: false,
              properties: { content: { $ref: 'Content#' } },
            },
          },
        },
      },
    },
  },
} as const
