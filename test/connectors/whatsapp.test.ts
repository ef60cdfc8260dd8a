import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Content, Outbound } from '../../connectors/contract.ts'
import { whatsappOutcome } from '../../connectors/whatsapp/outcome.ts'
import { sendBody } from '../../connectors/whatsapp/send-body.ts'
import { type ConnectorSubject, connectorConformance } from '../conformance/connector.ts'
import { graphError, metaSubject } from './meta-answers.ts'

const rows: readonly (readonly [
  ConnectorSubject['errors'][number]['kind'],
  NonNullable<ConnectorSubject['errors'][number]['reason']>,
  ...number[],
])[] = [
  ['retry', 'throttled-sender', 4, 80007, 130429, 133016],
  ['retry', 'throttled-conversation', 131056],
  ['retry', 'transient', 1, 2, 131000, 131016, 131057, 133004],
  ['retry', 'channel-auth', 0, 3, 10, 190, 200, 250, 299, 2500, 2635],
  ['retry', 'channel-restricted', 368, 131031, 131048, 131042, 134011, 131045, 131037],
  ['retry', 'channel-restricted', 133000, 133006, 133008, 133009, 133010, 133015],
  ['refused', 'channel-restricted', 130497],
  ['refused', 'window-closed', 131047],
  ['refused', 'recipient-gone', 131026, 131030],
  ['refused', 'opted-out', 131050],
  ['refused', 'media-unreachable', 131053],
  ['refused', 'content-rejected', 33, 100, 131008, 131009, 131021, 131051, 131052, 131062],
  ['refused', 'content-rejected', 135000, 131049, 130472, 132000, 132001, 132015, 132069],
  // Codes that no table knows go by the HTTP status, which is 400 here.
  ['refused', 'content-rejected', 300, 133999, 999999],
]

connectorConformance({
  ...metaSubject,
  channel: 'whatsapp',
  account: {
    id: 'main',
    externalId: '106540352242922',
    secrets: { token: 'EAAJB+s3cr3t/wh4tsapp==' },
    apiVersion: 'v23.0',
    options: {},
  },
  address: '+55 (21) 98888-0001',
  taken: {
    script: {
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '5521988880001', wa_id: '5521988880001' }],
        messages: [{ id: 'wamid.OUT1' }],
      },
    },
    providerMessageId: 'wamid.OUT1',
  },
  uploaded: { status: 200, body: { id: '4490709327384033' } },
  errors: [
    ...rows.flatMap(([kind, reason, ...codes]) =>
      codes.map((code) => {
        return { name: `code ${code}`, script: graphError(400, String(code)), kind, reason }
      }),
    ),
    {
      name: 'an unknown code with a 503',
      script: graphError(503, '999999'),
      kind: 'retry',
      reason: 'transient',
    },
  ],
})

describe('whatsapp: send body', () => {
  const bodyOf = (content: Content, over: Partial<Outbound> = {}) =>
    sendBody({ address: '+55 21 98888-0001', content, echo: 'd1.1', ...over }, { id: '44' })
  const frame = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '5521988880001',
    biz_opaque_callback_data: 'd1.1',
  }
  const variants: readonly (readonly [name: string, content: Content, typed: object])[] = [
    ['text', { type: 'text', text: 'oi' }, { type: 'text', text: { body: 'oi' } }],
    [
      'an image with a caption',
      { type: 'image', blobId: 'b', caption: 'olha', filename: 'a.jpg' },
      { type: 'image', image: { id: '44', caption: 'olha' } },
    ],
    [
      'a document with caption and name',
      { type: 'document', blobId: 'b', caption: 'conta', filename: 'conta.pdf' },
      { type: 'document', document: { id: '44', caption: 'conta', filename: 'conta.pdf' } },
    ],
    [
      'audio without a caption, which WhatsApp would refuse',
      { type: 'audio', blobId: 'b', caption: 'x' },
      { type: 'audio', audio: { id: '44' } },
    ],
    [
      'a location in texts',
      { type: 'location', latitude: -22.9, longitude: 0, name: 'Cristo', address: 'Tijuca' },
      {
        type: 'location',
        location: { latitude: '-22.9', longitude: '0', name: 'Cristo', address: 'Tijuca' },
      },
    ],
  ]
  for (const [name, content, typed] of variants) {
    test(`writes ${name}`, () => assert.deepEqual(bodyOf(content), { ...frame, ...typed }))
  }

  test('names the message it answers', () => {
    const body = bodyOf({ type: 'text', text: 'sim' }, { replyTo: 'wamid.IN1' })
    assert.deepEqual(body && 'context' in body && body.context, { message_id: 'wamid.IN1' })
  })

  test('addresses a business-scoped id as recipient, not as a number', () => {
    const body = bodyOf({ type: 'text', text: 'hi' }, { address: 'US.13491208655302741918' })
    assert.ok(body && !('to' in body))
    assert.equal('recipient' in body && body.recipient, 'US.13491208655302741918')
  })
})

describe('whatsapp: canonical address', () => {
  const aliasOf = (contact: object) => {
    const body = Buffer.from(JSON.stringify({ contacts: [contact], messages: [{ id: 'w' }] }))
    const outcome = whatsappOutcome({ status: 200, headers: {}, body })
    return outcome.kind === 'sent' ? outcome.canonicalAddress : 'not sent'
  }

  test('is told where WhatsApp writes the number in another way', () => {
    assert.equal(aliasOf({ input: '5521988880001', wa_id: '552188880001' }), '552188880001')
  })

  test('is not told where it is the same but for punctuation, or absent', () => {
    assert.equal(aliasOf({ input: '+55 21 98888-0001', wa_id: '5521988880001' }), undefined)
    assert.equal(aliasOf({ input: '5521988880001' }), undefined)
  })
})
