import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strictAjv } from '../../gateway/operations/strict-ajv.ts'
import { isUsualSend } from '../../gateway/operations/usual-send.ts'

const bySchema = strictAjv().compile({ $ref: 'SendRequest#' })
const content = { type: 'text', text: 'Olá, seu pedido saiu 🚚' }
const to = { channel: 'whatsapp', address: '5511900000000' }

const usual: readonly unknown[] = [
  { to, content },
  { content, to: { ...to, account: 'main' }, metadata: {} },
  { messageId: 'm-1', conversationId: 'c_1', content, metadata: { order: '7', campaign: '' } },
]
for (const [nth, request] of usual.entries()) {
  test(`knows usual request ${nth + 1} at sight`, () => {
    assert.equal(isUsualSend(request), true)
    assert.equal(bySchema(request), true)
  })
}

/** What a field is replaced by: wrong types, and texts at and beyond every limit. */
const values: readonly unknown[] = [
  ...[undefined, null, true, 0, 1.5, '', 'text', 'in:whatsapp:1', {}, [], [1], { type: 'text' }],
  ...['a\0b', 'a\nb', 'a\u007fb', '\ud800', 'ä', '2026-11-25T10:00:00Z'],
  ...[64, 65, 128, 129, 256, 257, 1_024, 1_025, 65_536, 65_537].flatMap((length) => [
    'a'.repeat(length),
    '🚚'.repeat(length),
  ]),
  Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`n${n}`, ''])),
  Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`n${n}`, ''])),
]
const names = [
  ...['messageId', 'conversationId', 'to', 'content', 'metadata', 'replyTo', 'expiresAt'],
  ...['channel', 'address', 'account', 'type', 'text', 'url', 'other', '', '__proto__'],
  ...['constructor', 'a\nb', 'a'.repeat(64), 'a'.repeat(65), '🚚'.repeat(64)],
]

/** The value with one field set or left out, in every object that it holds. */
function* changed(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  const entries = Object.entries(value)
  // JSON.parse gives `__proto__` as a field of its own, and so does this.
  for (const name of names) {
    const others = entries.filter(([other]) => other !== name)
    if (others.length < entries.length) yield Object.fromEntries(others)
    for (const other of values) yield Object.fromEntries([...others, [name, other]])
  }
  for (const [name, inner] of entries) {
    for (const other of changed(inner)) {
      yield Object.fromEntries(entries.map((entry) => (entry[0] === name ? [name, other] : entry)))
    }
  }
}

test('never says yes where the schema says no', () => {
  let yes = 0
  for (const value of [...values, ...usual.flatMap((request) => [...changed(request)])]) {
    if (!isUsualSend(value)) continue
    yes++
    assert.ok(bySchema(value), JSON.stringify(value))
  }
  assert.ok(yes > 100, `only ${yes} of the changed requests are usual ones`)
})
