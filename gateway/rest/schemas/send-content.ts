import { sendLimits } from './send-request.ts'

const noNul = '^[^\\u0000]*$'

const media = (type: string, doc: string) => ({
  type: 'object',
  title: type,
  description: `${doc} Exactly one of \`url\` and \`blobId\`.`,
  required: ['type'],
  additionalProperties: false,
  oneOf: [{ required: ['url'] }, { required: ['blobId'] }],
  properties: {
    type: { const: type, type: 'string' },
    url: {
      type: 'string',
      maxLength: 2048,
      pattern: '^https?://[^\\s]+$',
      description: 'Link that the platform fetches.',
    },
    blobId: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: noNul,
      description: 'From POST /v1/blobs.',
    },
    mimeType: { type: 'string', maxLength: 128, pattern: noNul },
    filename: { type: 'string', maxLength: 256, pattern: noNul },
    caption: { type: 'string', maxLength: 4096, pattern: noNul },
  },
})

/** What may be sent, by `type`. */
export const sendContentSchema = {
  $id: 'SendContent',
  description: 'What the message says.',
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    {
      type: 'object',
      title: 'text',
      required: ['type', 'text'],
      additionalProperties: false,
      properties: {
        type: { const: 'text', type: 'string' },
        text: {
          type: 'string',
          minLength: 1,
          maxLength: sendLimits.text,
          pattern: noNul,
          description: "Cut into parts where the channel's limit asks for it.",
        },
      },
    },
    media('image', 'A picture.'),
    media('document', 'A file.'),
    media('audio', 'A recording.'),
    media('video', 'A film.'),
    {
      type: 'object',
      title: 'location',
      required: ['type', 'latitude', 'longitude'],
      additionalProperties: false,
      properties: {
        type: { const: 'location', type: 'string' },
        latitude: { type: 'number', minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' },
        longitude: { type: 'number', minimum: -180, maximum: 180, description: 'Degrees, WGS 84.' },
        name: { type: 'string', maxLength: 1024, pattern: noNul },
        address: { type: 'string', maxLength: 1024, pattern: noNul },
      },
    },
  ],
} as const
