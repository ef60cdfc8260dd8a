const noNul = '^[^\\u0000]*$'
const text = (maxLength: number, description?: string) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: noNul,
  ...(description && { description }),
})
const link = { type: 'string', maxLength: 2048, pattern: '^https?://[^\\s]+$' } as const

const pointSchema = {
  $id: 'ContactPoint',
  description: 'A phone number or an e-mail address.',
  type: 'object',
  required: ['value'],
  additionalProperties: false,
  properties: { value: text(255), label: text(64, "home, work, or the person's own word.") },
} as const
const points = { type: 'array', maxItems: 20, items: { $ref: 'ContactPoint#' } }

/** Parts of content that a request and an answer share; in the order in which they refer to each other. */
export const contentPartSchemas = [
  pointSchema,
  {
    $id: 'ContactCard',
    description: 'One contact.',
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: text(255, 'As it is shown.'),
      firstName: text(255),
      lastName: text(255),
      organization: text(255),
      phones: points,
      emails: points,
      urls: { type: 'array', maxItems: 20, items: link },
    },
  },
  {
    $id: 'TemplateParameter',
    description: 'What fills a gap of a template, in its order.',
    type: 'object',
    required: ['part', 'kind', 'value'],
    additionalProperties: false,
    properties: {
      part: { type: 'string', enum: ['header', 'body', 'button'] },
      kind: {
        type: 'string',
        enum: ['text', 'payload', 'image', 'video', 'document'],
        description: "payload: what a tap on the button hands back as a choice's id.",
      },
      value: text(4096, 'The text or payload; for image, video and document a link.'),
      name: text(64, 'Where the template names its parameters.'),
      index: { type: 'integer', minimum: 0, maximum: 9, description: 'button: which one, from 0.' },
    },
  },
  {
    $id: 'Button',
    description:
      'Exactly one of `id`, which a tap hands back as a choice, and `url`, which it opens.',
    type: 'object',
    required: ['title'],
    additionalProperties: false,
    oneOf: [{ required: ['id'] }, { required: ['url'] }],
    properties: { title: text(255), id: text(256), url: link },
  },
  {
    $id: 'ListRow',
    description: 'One row; a tap hands its `id` back as a choice.',
    type: 'object',
    required: ['id', 'title'],
    additionalProperties: false,
    properties: { id: text(256), title: text(255), description: text(255) },
  },
  {
    $id: 'ListSection',
    description: 'Rows under a title; the title may be left out where there is one section only.',
    type: 'object',
    required: ['rows'],
    additionalProperties: false,
    properties: {
      title: text(255),
      rows: { type: 'array', minItems: 1, maxItems: 100, items: { $ref: 'ListRow#' } },
    },
  },
] as const
