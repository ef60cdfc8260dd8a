import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalText } from '../../gateway/operations/canonical-text.ts'

test('the order of fields does not matter, at any depth, nor does what is undefined', () => {
  const one = canonicalText({ to: { channel: 'w', address: '1' }, metadata: { b: '2', a: '1' } })
  const other = canonicalText({
    metadata: { a: '1', b: '2' },
    replyTo: undefined,
    to: { address: '1', channel: 'w' },
  })
  assert.equal(one, other)
})

const different: readonly (readonly [unknown, unknown])[] = [
  [{ a: '1' }, { a: '2' }],
  [{ a: '1' }, { b: '1' }],
  [{ a: 1 }, { a: '1' }],
  [{ a: null }, {}],
  [{ a: 'b', c: 'd' }, { a: { b: 'c' } }],
  [['a', 1], { a: 1 }],
  [[['a']], [['a'], []]],
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [{ 'a","b': 'c' }, { a: 'b","c' }],
]
for (const [one, other] of different) {
  test(`${JSON.stringify(one)} is not ${JSON.stringify(other)}`, () => {
    assert.notEqual(canonicalText(one), canonicalText(other))
  })
}
