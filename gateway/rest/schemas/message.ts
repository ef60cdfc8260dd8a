const instant = { type: 'string', format: 'date-time' } as const
const text = { type: 'string' } as const

export const contentSchema = {
  $id: 'Content',
  description:
    'What a message says, by `type`; new types may come, so treat an unknown one as unsupported.',
  type: 'object',
  required: ['type'],
  additionalProperties: false,
  properties: {
    type: text,
    text,
    url: text,
    blobId: text,
    mediaId: { type: 'string', description: "The platform's own id of inbound media." },
    mimeType: text,
    filename: text,
    caption: text,
    sizeBytes: { type: 'integer' },
    sha256: text,
    latitude: { type: 'number' },
    longitude: { type: 'number' },
    name: text,
    address: text,
    entities: { type: 'array', items: { $ref: 'TextEntity#' } },
    voice: { type: 'boolean', description: 'audio: spoken into the phone.' },
    unavailable: { type: 'string', description: 'Inbound media: why its bytes are not here.' },
    contacts: { type: 'array', items: { $ref: 'ContactCard#' } },
    language: { type: 'string', description: 'template: as the platform spells it.' },
    parameters: { type: 'array', items: { $ref: 'TemplateParameter#' } },
    header: text,
    footer: text,
    buttons: { type: 'array', items: { $ref: 'Button#' } },
    button: { type: 'string', description: 'list: what opens it.' },
    sections: { type: 'array', items: { $ref: 'ListSection#' } },
    id: { type: 'string', description: 'choice: what was given with the button that was tapped.' },
    title: { type: 'string', description: 'choice: the words that were tapped.' },
    emoji: { type: 'string', description: 'reaction: empty when it was taken back.' },
    kind: { type: 'string', description: "unsupported: the platform's name for it." },
    raw: { type: 'string', description: 'unsupported: the item as JSON text.' },
  },
} as const

const messageProperties = {
  messageId: text,
  submissionId: text,
  conversationId: text,
  direction: { type: 'string', description: 'outbound or inbound.' },
  senderId: { type: 'string', description: 'API key id, or participant id of who wrote.' },
  channel: text,
  account: text,
  address: text,
  acceptedAt: instant,
  expiresAt: instant,
  sendAt: instant,
  humanAgent: { type: 'boolean', description: 'A person answered.' },
  fallback: {
    type: 'array',
    description: 'Channels that it goes to in turn when it does not get through.',
    items: {
      type: 'object',
      required: ['channel', 'account', 'address'],
      properties: { channel: text, account: text, address: text, after: { type: 'integer' } },
    },
  },
  replyTo: text,
  providerMessageId: text,
  metadata: { type: 'object', additionalProperties: { type: 'string' } },
  /** Absent where it is sealed or not readable. */
  content: { $ref: 'Content#' },
  status: {
    type: 'string',
    description:
      'accepted, scheduled, queued, unknown, failed, expired, cancelled, sent, delivered, read, rejected; inbound: received. The least advanced part of each recipient counts, on the channel that got furthest; queued while another channel is still to be tried.',
  },
  reason: { type: 'string', description: 'Canonical reason code.' },
} as const

const messageRequired = [
  'messageId',
  'submissionId',
  'conversationId',
  'direction',
  'senderId',
  'acceptedAt',
  'metadata',
  'status',
] as const

export const messageSchema = {
  $id: 'Message',
  type: 'object',
  required: messageRequired,
  additionalProperties: false,
  properties: messageProperties,
} as const

export const factSchema = {
  $id: 'Fact',
  description: 'Something that happened. Facts only grow; a status is a view of them.',
  type: 'object',
  required: ['kind', 'attempt', 'observedAt'],
  additionalProperties: false,
  properties: {
    kind: text,
    reason: text,
    detail: text,
    attempt: { type: 'integer' },
    providerAt: { type: 'string', format: 'date-time', description: "The platform's time." },
    observedAt: { type: 'string', format: 'date-time', description: 'When we saw it.' },
  },
} as const

export const deliverySchema = {
  $id: 'Delivery',
  description: 'One channel message to one participant.',
  type: 'object',
  required: [
    'deliveryId',
    'participantId',
    'channel',
    'account',
    'address',
    'part',
    'status',
    'attempts',
    'possibleDuplicate',
    'history',
  ],
  additionalProperties: false,
  properties: {
    deliveryId: text,
    participantId: text,
    channel: text,
    account: text,
    address: text,
    part: { type: 'integer', description: 'From 0: long texts are cut into parts.' },
    status: text,
    reason: text,
    detail: text,
    providerMessageId: text,
    attempts: { type: 'integer' },
    possibleDuplicate: {
      type: 'boolean',
      description: 'An earlier attempt ended without a readable answer, so it may arrive twice.',
    },
    history: { type: 'array', items: { $ref: 'Fact#' } },
  },
} as const

export const messageDetailSchema = {
  $id: 'MessageDetail',
  type: 'object',
  required: [...messageRequired, 'counts', 'deliveries', 'history'],
  additionalProperties: false,
  properties: {
    ...messageProperties,
    detail: text,
    counts: {
      type: 'object',
      description: 'How many deliveries stand at each status.',
      additionalProperties: { type: 'integer' },
    },
    deliveries: { type: 'array', items: { $ref: 'Delivery#' } },
    history: { type: 'array', items: { $ref: 'Fact#' } },
  },
} as const
