const about = {
  blobId: { type: 'string' },
  sizeBytes: { type: 'integer' },
  mimeType: { type: 'string', description: 'As the bytes say.' },
  filename: { type: 'string' },
} as const

export const blobSchema = {
  $id: 'Blob',
  type: 'object',
  required: ['blobId', 'sizeBytes', 'mimeType', 'filename'],
  additionalProperties: false,
  properties: about,
} as const

export const blobLinkSchema = {
  $id: 'BlobLink',
  type: 'object',
  required: ['blobId', 'url', 'expiresAt'],
  additionalProperties: false,
  properties: {
    blobId: { type: 'string' },
    url: {
      type: 'string',
      description:
        'Opens without a key until `expiresAt`. A path of this hub where C4A_PUBLIC_URL is not set.',
    },
    expiresAt: { type: 'string', format: 'date-time' },
  },
} as const

/** A day unless told otherwise; a week at most. */
export const blobLinkRequestSchema = {
  $id: 'BlobLinkRequest',
  type: 'object',
  additionalProperties: false,
  properties: {
    seconds: {
      type: 'integer',
      minimum: 1,
      maximum: 604_800,
      default: 86_400,
      description: 'How long it opens.',
    },
  },
} as const

export const uploadSchema = {
  $id: 'Upload',
  type: 'object',
  required: ['uploadId', 'status', 'offset'],
  additionalProperties: false,
  properties: {
    uploadId: { type: 'string' },
    status: {
      type: 'string',
      enum: ['receiving', 'stored', 'refused'],
      description: 'A refused upload is over: it is not kept, and may be begun again.',
    },
    offset: { type: 'integer', description: 'How many bytes have been received.' },
    sizeBytes: { type: 'integer' },
    blob: { $ref: 'Blob#', description: 'Of a stored one: what messages refer to.' },
    refusal: {
      type: 'object',
      required: ['code', 'detail'],
      additionalProperties: false,
      properties: { code: { type: 'string' }, detail: { type: 'string' } },
    },
  },
} as const
