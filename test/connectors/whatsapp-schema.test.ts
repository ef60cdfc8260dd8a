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
