import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { hello } from '../conformance/codec.ts'

const codec = await avroCodec(loadSchemas(), memoryRegistry())

/** A message whose content is written in its place, and the same with content that was encoded before. */
function both(text: string): readonly [Uint8Array, Uint8Array] {
  const content = { text }
  return [
    codec.encode('Message', { ...hello, content: codec.nested('TextContent', content) }),
    codec.encode('Message', { ...hello, content: codec.encode('TextContent', content) }),
  ]
}

describe('a record in a bytes field', () => {
  // Around each length at which its own length takes one byte more: 64, 8,192 and 1,048,576 bytes.
  const lengths = [0, 1, 57, 58, 59, 60, 8_184, 8_185, 8_186, 8_187, 70_000, 1_048_568, 1_048_569]
  for (const length of [...lengths, 1_048_570, 1_048_571]) {
    test(`has the bytes it has by itself: a text of ${length}`, () => {
      const [nested, apart] = both('x'.repeat(length))
      assert.deepEqual(nested, apart)
    })
  }

  test('has them wherever the memory that is written to ends', () => {
    for (let nth = 0; nth < 2_000; nth++) {
      const [nested, apart] = both('é'.repeat(nth % 97))
      assert.deepEqual(nested, apart, `${nth}`)
    }
  })

  test('that does not fit its type is told by its field', () => {
    const content = codec.nested('TextContent', { text: 7 })
    assert.throws(
      () => codec.encode('Message', { ...hello, content }),
      (error: Error) => error instanceof Chat4AllError && /text wants string/.test(error.message),
    )
  })
})
