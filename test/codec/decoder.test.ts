import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { avroType } from '../../topology/codec/avro-type.ts'
import { decoderOf } from '../../topology/codec/decoder-of.ts'
import { plain } from '../conformance/codec.ts'
import { seededRandom } from '../random.ts'
import { encoded } from './encoded.ts'
import { randomRecord, randomValue } from './random-schema.ts'

const record = (type: unknown) => ({ type: 'record', name: 'R', fields: [{ name: 'f', type }] })

function decoded(schema: unknown, bytes: Buffer, at = 0) {
  const cursor = { p: -1 }
  const value = decoderOf(avroType(schema))(bytes, at, cursor)
  return { value, end: cursor.p }
}

describe('the decoder', () => {
  test('reads random records of random types as avsc does, and knows where they end', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = seededRandom(seed)
      const schema = randomRecord(random, 3, { next: 0 })
      const type = avroType(schema)
      const bytes = encoded(type, randomValue(random, schema))
      // In the middle of others: it must not look at where the buffer begins.
      const among = Buffer.concat([Buffer.alloc(7, 0xee), bytes])
      const { value, end } = decoded(schema, among, 7)
      assert.deepStrictEqual(plain(value), plain(type.fromBuffer(bytes)), `seed ${seed}`)
      assert.equal(end, among.length, `seed ${seed}`)
    }
  })

  test('reads no record whole of which something is cut off', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed)
      const schema = randomRecord(random, 3, { next: 0 })
      const decode = decoderOf(avroType(schema))
      const bytes = encoded(avroType(schema), randomValue(random, schema))
      for (let left = 0; left < bytes.length; left++) {
        const cursor = { p: 0 }
        const isWhole = () => {
          decode(bytes.subarray(0, left), 0, cursor)
          return cursor.p === left
        }
        let whole = false
        try {
          whole = isWhole()
        } catch {}
        assert.equal(whole, false, `seed ${seed}, ${left} of ${bytes.length}`)
      }
    }
  })

  test('reads blocks that tell their size, and a name that is a word of the language', () => {
    const list = { type: 'array', items: 'int' }
    const inBlocks = Buffer.from([3, 4, 2, 4, 2, 6, 0]) // two items in two bytes, and one more
    assert.deepEqual(decoded(record(list), inBlocks), { value: { f: [1, 2, 3] }, end: 7 })
    const odd = { type: 'map', values: 'int' }
    const name = Buffer.from('__proto__')
    const bytes = Buffer.from([2, 2 * name.length, ...name, 10, 0])
    const { value } = decoded(record(odd), bytes)
    assert.deepEqual(Object.entries((value as { f: object }).f), [['__proto__', 5]])
  })

  for (const [what, type, bytes] of [
    ['a branch that a union does not have', ['null', 'int'], [4, 0]],
    ['a symbol that an enum does not have', { type: 'enum', name: 'E', symbols: ['A'] }, [2]],
    ['a length below nothing', 'string', [1]],
    ['a length beyond the end', 'bytes', [6, 1, 2]],
    ['a length without an end', 'string', new Array<number>(400).fill(0x80)],
    ['more items than there are bytes left', { type: 'array', items: 'int' }, [20, 2, 0]],
    ['a long beyond 2^53', 'long', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(() => decoded(record(type), Buffer.from(bytes)))
    })
  }

  test('refuses a union of more than null and one type when it is made', () => {
    assert.throws(() => decoderOf(avroType(record(['null', 'string', 'int']))), /union/)
  })
})
