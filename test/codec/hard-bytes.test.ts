import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { avroType } from '../../topology/codec/avro-type.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { hello } from '../conformance/codec.ts'
import { encoded } from './encoded.ts'

const long = avroType({ type: 'record', name: 'L', fields: [{ name: 'l', type: 'long' }] })

/** The bytes of a long as the specification writes it, computed apart from the code under test. */
function varint(value: bigint): Buffer {
  let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  const bytes: number[] = []
  while (zigzag > 127n) {
    bytes.push(Number(zigzag & 127n) | 128)
    zigzag >>= 7n
  }
  return Buffer.from([...bytes, Number(zigzag)])
}

const max = BigInt(Number.MAX_SAFE_INTEGER)
const exact = [
  0n,
  -1n,
  2n ** 31n,
  2n ** 52n,
  -(2n ** 52n),
  -(2n ** 52n) - 1n,
  max - 1n,
  max,
  -max + 1n,
  -max,
]

for (const value of exact) {
  test(`a long of ${value} is exact both ways`, () => {
    assert.deepEqual(long.fromBuffer(varint(value)), { l: Number(value) })
    assert.deepEqual(encoded(long, { l: Number(value) }), varint(value))
  })
}

for (const value of [
  max + 1n,
  max + 2n,
  -max - 1n,
  -max - 2n,
  2n ** 62n,
  2n ** 63n - 1n,
  -(2n ** 63n),
]) {
  test(`a long of ${value} is refused on reading, never rounded`, () => {
    assert.throws(() => long.fromBuffer(varint(value)), /beyond 2\^53/)
  })
}

for (const value of [
  2 ** 53,
  -(2 ** 53),
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1n,
  '1',
  null,
  undefined,
]) {
  test(`${String(value)} (${typeof value}) is refused as a long on writing`, () => {
    assert.throws(() => encoded(long, { l: value }))
    assert.equal(long.isValid({ l: value }), false)
  })
}

test('a long is read exactly by an evolved reader, and as part of a union or a skipped field', () => {
  const writer = avroType({
    type: 'record',
    name: 'L',
    fields: [
      { name: 'gone', type: { type: 'array', items: 'long' } },
      { name: 'l', type: 'long' },
      { name: 'u', type: ['null', 'long'] },
    ],
  })
  const reader = avroType({
    type: 'record',
    name: 'L',
    fields: [
      { name: 'u', type: ['null', 'long'] },
      { name: 'l', type: 'long' },
    ],
  })
  const least = Number.MIN_SAFE_INTEGER
  const bytes = encoded(writer, { gone: [least, 5], l: least, u: least })
  const resolver = reader.createResolver(writer)
  assert.deepStrictEqual(reader.fromBuffer(bytes, resolver), { u: least, l: least })
})

const counts = avroType({
  type: 'record',
  name: 'C',
  fields: [
    { name: 'list', type: { type: 'array', items: 'string' } },
    { name: 'map', type: { type: 'map', values: 'string' } },
  ],
})

for (const count of [2n ** 52n, 4_000_000_000n, -(2n ** 40n)]) {
  test(`a count of ${count} items ends at once, read or skipped`, () => {
    const size = count < 0n ? varint(3n) : Buffer.alloc(0)
    const list = Buffer.concat([varint(count), size, Buffer.from([2, 97])])
    const map = Buffer.concat([Buffer.from([0]), varint(count), size, Buffer.from([2, 97, 0])])
    const none = avroType({ type: 'record', name: 'C', fields: [] })
    const skip = none.createResolver(counts)
    for (const bytes of [list, map]) {
      assert.throws(() => counts.fromBuffer(bytes), /more items than bytes/)
      assert.throws(() => none.fromBuffer(bytes, skip), /more items than bytes/)
    }
  })
}

test('blocks with a size in bytes are read and skipped as Java writes them', () => {
  const bytes = Buffer.from([1, 4, 2, 97, 2, 2, 98, 0, 1, 8, 2, 107, 2, 118, 0])
  assert.deepStrictEqual(counts.fromBuffer(bytes), { list: ['a', 'b'], map: { k: 'v' } })
  const none = avroType({ type: 'record', name: 'C', fields: [] })
  assert.deepStrictEqual(none.fromBuffer(bytes, none.createResolver(counts)), {})
})

test('random damage ends as undecodable or as some message, never as another error', async () => {
  const codec = await avroCodec(loadSchemas(), memoryRegistry())
  const whole = Buffer.from(codec.encode('Message', hello))
  for (let at = 5; at < whole.length; at++) {
    for (const flip of [1, 0x80, 0xff]) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ flip
      try {
        codec.decode('Message', bytes)
      } catch (error) {
        assert.ok(isCode(error, 'C4A_RECORD_UNDECODABLE'), String(error))
      }
    }
  }
})

test('bytes that were read are a view on the record', async () => {
  const codec = await avroCodec(loadSchemas(), memoryRegistry())
  const bytes = codec.encode('Message', hello)
  const { content } = codec.decode('Message', bytes) as typeof hello
  assert.equal(content.buffer, bytes.buffer)
})
