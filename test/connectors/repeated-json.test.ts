import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatedJson } from '../../connectors/repeated-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('what is read again is what these bytes say, whatever was read before', () => {
  const read = repeatedJson()
  for (const text of ['{"a":1}', '{"a":1}', '{"a":2}', 'null', '{"a":1}', '"x"']) {
    assert.deepEqual(read(bytes(text)), JSON.parse(text))
  }
})

test('bytes that are no JSON are undefined, each time', () => {
  const read = repeatedJson()
  for (const text of ['', '{', '{', '', '1']) {
    assert.equal(read(bytes(text)), text === '1' ? 1 : undefined)
  }
})

test('what was read stays as it was when its bytes are written to afterwards', () => {
  const read = repeatedJson()
  const reused = bytes('{"a":1}')
  read(reused)
  reused.set(bytes('{"a":2}'))
  assert.deepEqual(read(reused), { a: 2 })
})
