import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestedText } from '../../gateway/operations/digested-text.ts'
import type { SendRequest } from '../../gateway/operations/send-request.ts'

const content = { type: 'text', text: 'hello' } as const
const to = { channel: 'whatsapp', address: '1' }
const image = { type: 'image', url: 'https://example.org/1' } as const

const alike: readonly (readonly [string, SendRequest, SendRequest])[] = [
  [
    'the order of fields',
    { to, content, replyTo: 'r' },
    {
      replyTo: 'r',
      content: { text: 'hello', type: 'text' },
      to: { address: '1', channel: 'whatsapp' },
    },
  ],
  [
    'the order of the metadata',
    { to, content, metadata: { a: '1', b: '2', 10: '3', 9: '4' } },
    { to, content, metadata: { b: '2', a: '1', 9: '4', 10: '3' } },
  ],
  ['metadata without entries', { to, content }, { to, content, metadata: {} }],
  ['a fallback to nowhere', { to, content }, { to, content, fallback: [] }],
  ['the id', { to, content }, { to, content, messageId: 'm' }],
  [
    'the order of what media say',
    { to, content: { ...image, caption: 'c' } },
    { to, content: { caption: 'c', ...image } },
  ],
]
for (const [what, one, other] of alike) {
  test(`${what} does not matter`, () => assert.equal(digestedText(one), digestedText(other)))
}

test('requests that ask for something else are told apart', () => {
  const date = '2030-01-01T00:00:00Z'
  const different: readonly SendRequest[] = [
    { to, content },
    { to: { ...to, account: 'a' }, content },
    { to: { channel: '1', address: 'whatsapp' }, content },
    { to: { channel: 'whatsapp', address: '2' }, content },
    { conversationId: 'whatsapp', content },
    { conversationId: '1', content },
    { to, content: { type: 'text', text: 'hello!' } },
    { to, content, replyTo: 'r' },
    { to, content, fallback: [{ channel: 'telegram', address: '1' }] },
    { to, content, fallback: [{ channel: 'telegram', address: '1', account: 'a' }] },
    { to, content, fallback: [{ channel: 'telegram', address: '1', after: 60 }] },
    { to, content, fallback: [{ channel: 'telegram', address: '2' }] },
    { to, content, humanAgent: true },
    { to, content, humanAgent: true, fallback: [{ channel: 'telegram', address: '2' }] },
    { to, content, expiresAt: date },
    { to, content, replyTo: date },
    { to, content, metadata: { a: '' } },
    { to, content, metadata: { a: 'b' } },
    { to, content, metadata: { b: 'a' } },
    { to, content, metadata: { a: '', b: '' } },
    { to, content, metadata: { a: 'b', b: '' } },
    { to, content: image },
    { to, content: { ...image, type: 'document' } },
    { to, content: { ...image, caption: '' } },
    { to, content: { ...image, filename: '' } },
    { to, content: { type: 'location', latitude: 1, longitude: 2 } },
    { to, content: { type: 'location', latitude: 2, longitude: 1 } },
    // What would be alike if a conversation took less room than a target.
    { conversationId: 'c', replyTo: 'a', expiresAt: date, content, metadata: { text: 'x' } },
    {
      to: { channel: 'c', address: 'a', account: date },
      replyTo: 'text',
      expiresAt: 'hello',
      content: { type: 'text', text: 'x' },
    },
  ]
  assert.equal(new Set(different.map(digestedText)).size, different.length)
})

test('a text with formatting is another than the same text without, or with other formatting', () => {
  const to = { channel: 'telegram', address: '1' }
  const formatted = (type: 'bold' | 'italic') =>
    digestedText({
      to,
      content: { type: 'text', text: 'hi', entities: [{ type, offset: 0, length: 2 }] },
    })
  const plain = digestedText({ to, content: { type: 'text', text: 'hi' } })
  assert.equal(new Set([plain, formatted('bold'), formatted('italic')]).size, 3)
})
