import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flatText } from '../../domain/flat-text.ts'

test('a text in one piece is the same text', () => {
  const pieces = ['', 'a', 'c_', 'x'.repeat(40), 'ção', '👋', '\ud800', '\udc00', '\ufffd', '\0']
  for (const left of pieces) {
    for (const right of pieces) assert.equal(flatText(`${left}${right}`), `${left}${right}`)
  }
})
