import { sendLimits } from './send-request.ts'

const noNul = '^[^\\u0000]*$'
const entities = { type: 'array', maxItems: 100, items: { $ref: 'TextEntity#' } } as const
const words = (maxLength: number, description: string) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: noNul,
  description,
})
const said = words(sendLimits.text, "Cut into parts where the channel's limit asks for it.")

/** One kind: its own fields beside `type`, and an example of it. */
const kind = (
  title: string,
  description: string,
  required: readonly string[],
  properties: object,
  example: object,
  more: object = {},
) => ({
  type: 'object',
  title,
  description,
  required: ['type', ...required],
  additionalProperties: false,
  ...more,
  properties: { type: { const: title, type: 'string' }, ...properties },
  examples: [{ type: title, ...example }],
})

const media = (title: string, doc: string, example: object, properties: object = {}) =>
  kind(
    title,
    `${doc} Exactly one of \`url\` and \`blobId\`.`,
    [],
    {
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
      mimeType: {
        type: 'string',
        maxLength: 128,
        pattern: noNul,
        description: 'Where it is known: a channel that does not take the type gets it otherwise.',
      },
      filename: { type: 'string', maxLength: 256, pattern: noNul },
      caption: { type: 'string', maxLength: 4096, pattern: noNul },
      entities,
      sizeBytes: {
        type: 'integer',
        minimum: 0,
        maximum: 2 ** 53 - 1,
        description: 'Where it is known: a channel that takes no file so large gets its link.',
      },
      ...properties,
    },
    example,
    { oneOf: [{ required: ['url'] }, { required: ['blobId'] }] },
  )

const around = {
  text: said,
  header: words(1024, 'A line above the text.'),
  footer: words(1024, 'A line below the text.'),
}

/** What may be sent, by `type`. */
export const sendContentSchema = {
  $id: 'SendContent',
  description:
    'What the message says. docs/channels.md tells how each channel shows each type; POST /v1/messages:preview tells it of one message.',
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: [
    kind(
      'text',
      'Words, with or without formatting.',
      ['text'],
      { text: said, entities },
      {
        text: 'Hello Ana',
        entities: [{ type: 'bold', offset: 6, length: 3 }],
      },
    ),
    media('image', 'A picture.', { url: 'https://example.org/cat.jpg', caption: 'Our cat' }),
    media('document', 'A file.', { blobId: 'b_1a2b', filename: 'invoice.pdf' }),
    media(
      'audio',
      'A recording.',
      { url: 'https://example.org/hello.ogg', voice: true },
      {
        voice: { type: 'boolean', description: 'Spoken into the phone: shown as a voice message.' },
      },
    ),
    media('video', 'A film.', { url: 'https://example.org/tour.mp4' }),
    kind(
      'location',
      'A place.',
      ['latitude', 'longitude'],
      {
        latitude: { type: 'number', minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' },
        longitude: { type: 'number', minimum: -180, maximum: 180, description: 'Degrees, WGS 84.' },
        name: { type: 'string', maxLength: 1024, pattern: noNul },
        address: { type: 'string', maxLength: 1024, pattern: noNul },
      },
      { latitude: -23.5614, longitude: -46.6559, name: 'Avenida Paulista' },
    ),
    media('sticker', 'A sticker.', { url: 'https://example.org/wave.webp' }),
    kind(
      'contacts',
      'Contacts to be kept in the phone.',
      ['contacts'],
      {
        contacts: { type: 'array', minItems: 1, maxItems: 50, items: { $ref: 'ContactCard#' } },
      },
      { contacts: [{ name: 'Bia Lima', phones: [{ value: '+55 11 91234-5678', label: 'work' }] }] },
    ),
    kind(
      'template',
      'A text that the platform approved beforehand; the only one that WhatsApp takes outside its window.',
      ['name', 'language'],
      {
        name: words(512, 'Its name at the platform.'),
        language: words(32, 'As the platform spells it, such as pt_BR.'),
        parameters: { type: 'array', maxItems: 100, items: { $ref: 'TemplateParameter#' } },
        text: words(
          sendLimits.text,
          'What it says when filled in: shown where a channel has no templates. Without it such a channel refuses the message.',
        ),
      },
      {
        name: 'order_ready',
        language: 'pt_BR',
        parameters: [{ part: 'body', kind: 'text', value: 'Ana' }],
        text: 'Ana, your order is ready.',
      },
    ),
    kind(
      'buttons',
      'A text with buttons; a tap comes back as content of type choice.',
      ['text', 'buttons'],
      {
        ...around,
        buttons: { type: 'array', minItems: 1, maxItems: 100, items: { $ref: 'Button#' } },
      },
      {
        text: 'Shall we deliver today?',
        buttons: [
          { id: 'yes', title: 'Yes' },
          { id: 'no', title: 'No' },
        ],
      },
    ),
    kind(
      'list',
      'A text with a list to choose from; a tap comes back as content of type choice.',
      ['text', 'button', 'sections'],
      {
        ...around,
        button: words(255, 'What opens the list.'),
        sections: { type: 'array', minItems: 1, maxItems: 50, items: { $ref: 'ListSection#' } },
      },
      {
        text: 'When shall we come?',
        button: 'Times',
        sections: [{ rows: [{ id: 't10', title: '10:00', description: 'morning' }] }],
      },
    ),
    kind(
      'reaction',
      'An emoji on the message that `replyTo` names; an empty one takes it back.',
      ['emoji'],
      { emoji: { type: 'string', maxLength: 32, pattern: noNul } },
      { emoji: '👍' },
    ),
    kind(
      'edit',
      'The message that `replyTo` names says this now.',
      ['text'],
      { text: said, entities },
      {
        text: 'Hello Ana, once more',
      },
    ),
    kind('delete', 'The message that `replyTo` names is taken back.', [], {}, {}),
    kind('typing', 'Somebody is writing.', [], {}, {}),
    kind('read', 'The message that `replyTo` names was read.', [], {}, {}),
  ],
} as const
