import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sentBody } from './sent-body.ts'
import { whatsappSchema, whatsappSchemaAbsent } from './whatsapp-schema.ts'

const account = {
  id: 'main',
  externalId: '106540352242922',
  secrets: { token: 'token' },
  apiVersion: 'v23.0',
  options: {},
}
const taken = { status: 200, body: { messages: [{ id: 'wamid.OUT1' }] } }
const uploaded = { status: 200, body: { id: '4490709327384033' } }

describe("whatsapp: Meta's own schema", { skip: whatsappSchemaAbsent }, () => {
  let faultOf: ReturnType<typeof whatsappSchema>
  before(() => {
    faultOf = whatsappSchema()
  })

  const media = ['image', 'document', 'audio', 'video', 'sticker'] as const
  const contents: readonly (readonly [name: string, content: object, upload?: true])[] = [
    ['text', { type: 'text', text: 'Olá 👋\nlinha' }],
    ['the longest text', { type: 'text', text: 'á'.repeat(4096) }],
    ...media.flatMap((type) => [
      [`${type} by link`, { type, url: 'https://files.example/a' }] as const,
      [`${type} by id`, { type, mediaId: '1003383421387256' }] as const,
      [`${type} by blob`, { type, blobId: 'b' }, true] as const,
      [
        `${type} with caption and name`,
        { type, url: 'https://files.example/a', caption: 'c'.repeat(1024), filename: 'a.bin' },
      ] as const,
    ]),
    ['a location', { type: 'location', latitude: -22.951916, longitude: -43.210487 }],
    [
      'a location with names',
      { type: 'location', latitude: 0, longitude: 180, name: 'Cristo', address: 'Tijuca' },
    ],
    ['a voice message', { type: 'audio', url: 'https://files.example/a.ogg', voice: true }],
    [
      'contacts',
      {
        type: 'contacts',
        contacts: [
          { name: 'Bia' },
          {
            name: 'Caio Lima',
            firstName: 'Caio',
            lastName: 'Lima',
            organization: 'Example',
            phones: [
              { value: '+55 21 98888-0002', label: 'work' },
              { value: '1', label: 'boat' },
            ],
            emails: [{ value: 'caio@example.org', label: 'home' }],
            urls: ['https://example.org'],
          },
        ],
      },
    ],
    [
      'buttons',
      {
        type: 'buttons',
        text: 'x'.repeat(1024),
        header: 'h'.repeat(60),
        footer: 'f'.repeat(60),
        buttons: ['a', 'b', 'c'].map((id) => ({ id: id.repeat(256), title: id.repeat(20) })),
      },
    ],
    [
      'a list',
      {
        type: 'list',
        text: 'When?',
        button: 'b'.repeat(20),
        sections: [
          { title: 's'.repeat(24), rows: [{ id: 'a', title: 't', description: 'd'.repeat(72) }] },
          { title: 'More', rows: [{ id: 'b', title: 't'.repeat(24) }] },
        ],
      },
    ],
    [
      'a list of one section',
      { type: 'list', text: 'x', button: 'b', sections: [{ rows: [{ id: 'a', title: 'A' }] }] },
    ],
    ['a template without gaps', { type: 'template', name: 'hello', language: 'en' }],
    [
      'a template',
      {
        type: 'template',
        name: 'order_ready',
        language: 'pt_BR',
        parameters: [
          { part: 'header', kind: 'image', value: 'https://files.example/a.jpg' },
          { part: 'body', kind: 'text', value: 'Ana' },
          { part: 'body', kind: 'text', value: 'R$ 10', name: 'price' },
          { part: 'button', kind: 'payload', value: 'track', index: 0 },
          { part: 'button', kind: 'text', value: 'order-7', index: 1 },
        ],
      },
    ],
  ]

  for (const [name, content, upload] of contents) {
    test(`takes ${name}, alone and as an answer`, async (t) => {
      for (const more of [{}, { replyTo: 'wamid.IN1' }]) {
        const outbound = { address: '+55 21 98888-0001', echo: 'e'.repeat(100), content, ...more }
        const scripts = upload ? [uploaded, taken] : [taken]
        const { body } = await sentBody(t, 'whatsapp', account, outbound, scripts)
        assert.equal(faultOf(body), null)
      }
    })
  }

  for (const content of [
    { type: 'reaction', emoji: '👍' },
    { type: 'reaction', emoji: '' },
    { type: 'read' },
    { type: 'typing' },
  ]) {
    test(`takes ${JSON.stringify(content)} about a message`, async (t) => {
      const outbound = { address: '5521988880001', echo: 'd1.1', content, replyTo: 'wamid.IN1' }
      const done = { status: 200, body: { success: true, messages: [{ id: 'wamid.OUT1' }] } }
      const { body } = await sentBody(t, 'whatsapp', account, outbound, [done])
      assert.equal(faultOf(body), null)
    })
  }

  const frame = { messaging_product: 'whatsapp', recipient_type: 'individual', to: '55' }
  const wrong: readonly (readonly [name: string, body: Record<string, unknown>])[] = [
    ['a text that is too long', { ...frame, type: 'text', text: { body: 'x'.repeat(4097) } }],
    ['a text without a body', { ...frame, type: 'text', text: {} }],
    ['a message to nobody', { ...frame, to: undefined, type: 'text', text: { body: 'x' } }],
    ['a field of another platform', { ...frame, type: 'text', text: { body: 'x' }, reply_to: {} }],
    [
      'an image by id and link',
      { ...frame, type: 'image', image: { id: '1', link: 'https://a.b' } },
    ],
    ['an image from nowhere', { ...frame, type: 'image', image: { caption: 'x' } }],
    ['an image with a name', { ...frame, type: 'image', image: { id: '1', filename: 'a.jpg' } }],
    ['a sticker with a caption', { ...frame, type: 'sticker', sticker: { id: '1', caption: 'x' } }],
    ['no contacts', { ...frame, type: 'contacts', contacts: [] }],
    ['a template without a language', { ...frame, type: 'template', template: { name: 'x' } }],
    [
      'a header that is no parameter',
      {
        ...frame,
        type: 'template',
        template: {
          name: 'x',
          language: { policy: 'deterministic', code: 'en' },
          components: [{ type: 'header', parameters: [{ type: 'image', image: {} }] }],
        },
      },
    ],
    [
      'four buttons',
      {
        ...frame,
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'x' },
          action: { buttons: Array(4).fill({ type: 'reply', reply: { id: 'a', title: 'A' } }) },
        },
      },
    ],
    ['a mark of nothing', { messaging_product: 'whatsapp', status: 'read' }],
    [
      'a location in numbers',
      { ...frame, type: 'location', location: { latitude: 1, longitude: 2 } },
    ],
  ]
  for (const [name, body] of wrong) {
    test(`would tell of ${name}`, () => {
      // As it would be sent: a field that is undefined is absent.
      assert.notEqual(faultOf(JSON.parse(JSON.stringify(body))), null)
    })
  }
})
