import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyedIds } from '../../domain/ids.ts'
import { digestedText } from '../../gateway/operations/digested-text.ts'
import { requestDigest } from '../../gateway/operations/request-digest.ts'
import type { SendRequest } from '../../gateway/operations/send-request.ts'
import { seededRandom } from '../random.ts'

const ids = keyedIds(new TextEncoder().encode('a secret for tests'))
const content = { type: 'text', text: 'hello' } as const
const to = { channel: 'whatsapp', address: '1' }
const long = 'x'.repeat(1_300)
const date = '2030-01-01T00:00:00Z'

const requests: readonly (readonly [string, SendRequest])[] = [
  ['a text to a person', { to, content }],
  ['one from an account', { to: { ...to, account: 'main' }, content }],
  ['one into a conversation', { conversationId: 'c_1', content }],
  ['one with everything', { to, content, replyTo: 'm', expiresAt: date, metadata: { a: '1' } }],
  ['metadata in another order', { to, content, metadata: { b: '1', a: 'ção 👋', 10: '' } }],
  ['a text beyond ASCII', { to, content: { ...content, text: 'ção 👋 \ud800' } }],
  ['a text that nearly fills the room', { to, content: { ...content, text: long } }],
  ['a text that is larger than the room', { to, content: { ...content, text: `${long}${long}` } }],
  ['metadata that are larger', { to, content, metadata: { a: long, b: long, c: long, d: long } }],
  [
    'formatting',
    { to, content: { ...content, entities: [{ type: 'bold', offset: 0, length: 1 }] } },
  ],
  ['another kind', { to, content: { type: 'location', latitude: 1, longitude: 2 } }],
  ['a time to send it at', { to, content, sendAt: date }],
  ['a fallback', { to, content, fallback: [{ channel: 'telegram', address: '1' }] }],
  ['a person who answers', { to, content, humanAgent: true }],
]

describe('the digest of a request is that of its text', () => {
  for (const [what, request] of requests) {
    test(`for ${what}`, () => {
      assert.equal(requestDigest(request, ids).digest, ids.digest(digestedText(request)))
    })
  }

  test('whatever was digested before, up to the end of the room and beyond', () => {
    const random = seededRandom(7)
    const unit = () => random.pick(['a', 'é', '€', '😀', 'b'.repeat(20)])
    for (let nth = 0; nth < 2_000; nth++) {
      const text = unit().repeat(1 + random.below(80))
      const metadata = Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [unit(), unit().repeat(random.below(40))]),
      )
      const request = {
        to: { channel: unit(), address: unit() },
        content: { ...content, text },
        metadata,
      }
      assert.equal(requestDigest(request, ids).digest, ids.digest(digestedText(request)), `${nth}`)
    }
  })
})
