import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { headersIn, headerTextOf } from '../../../topology/adapters/file-log/header-text.ts'

const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`name-${n}`, `${n}`]))
const odd: Readonly<Record<string, string>>[] = [
  {},
  { '': '' },
  { a: '' },
  { a: '1', b: '2' },
  { b: '2', a: '1' },
  { a: '1' },
  { a: 'x'.repeat(16_383), b: 'y'.repeat(128) },
  { a: 'x'.repeat(16_384), b: '' },
  { ['n'.repeat(127)]: '1' },
  { ['n'.repeat(128)]: '1' },
  { naïve: 'olá "🙂"\n\0', '{': '}' },
  Object.fromEntries(Object.entries(many).slice(0, 120)),
  Object.fromEntries(Object.entries(many).slice(0, 121)),
  many,
  JSON.parse('{"__proto__": "own", "a": "1"}'),
]

describe('headers as text', () => {
  for (const [nth, headers] of odd.entries()) {
    test(`come back as they were, behind any other: ${nth}`, () => {
      for (const before of odd) {
        headersIn(`key${headerTextOf(before)}`, 3)
        const found = headersIn(`key${headerTextOf(headers)}`, 3)
        assert.deepEqual(Object.entries(found), Object.entries(headers))
        assert.equal(Object.getPrototypeOf(found), Object.prototype)
      }
    })
  }

  test('are never shorter than their names and values', () => {
    for (const headers of odd) {
      const length = Object.entries(headers).flat().join('').length
      assert.ok(headerTextOf(headers).length >= length)
    }
  })
})
