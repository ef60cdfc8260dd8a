import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroType } from '../../topology/codec/avro-type.ts'
import { AvroType, type Schema } from '../../topology/codec/avsc.ts'
import { encoderOf } from '../../topology/codec/encoder-of.ts'
import { hello } from '../conformance/codec.ts'
import { encoded } from './encoded.ts'

const record = (type: unknown, more: object = {}) => ({
  type: 'record',
  name: 'R',
  fields: [{ name: 'f', type, ...more }],
})
const inner = { type: 'record', name: 'I', fields: [{ name: 'g', type: 'int' }] }

/** By type, values that are none of it. */
const wrong: readonly (readonly [unknown, readonly unknown[]])[] = [
  ['string', [1, null, undefined, {}, ['a']]],
  ['long', ['1', 1.5, 2 ** 53, Number.NaN, null, undefined, 1n]],
  ['int', ['1', 1.5, 2 ** 31, Number.NaN, null, undefined]],
  ['boolean', [0, 'true', null, undefined]],
  ['double', ['1', null, undefined]],
  ['float', ['1', null, undefined]],
  ['bytes', ['a', [1], null, undefined]],
  [
    ['null', 'string'],
    [1, undefined],
  ],
  [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, ['C', 0, null, undefined]],
  [{ type: 'array', items: 'int' }, [{}, null, undefined, ['a'], 'a']],
  [{ type: 'map', values: 'int' }, [[], null, undefined, { a: 'a' }, 1]],
  [inner, [null, undefined, {}, { g: '1' }]],
]

describe('the encoder', () => {
  for (const [type, values] of wrong) {
    test(`refuses what is not of the type ${JSON.stringify(type)}`, () => {
      const encode = encoderOf(avroType(record(type)))
      for (const f of values) assert.throws(() => encode(Buffer.alloc(100), 0, { f }), String(f))
    })
  }

  test('writes the default where a field is undefined, as avsc does', () => {
    const schema = record({ type: 'map', values: 'string' }, { default: { a: 'b' } })
    const theirs = AvroType.forSchema(schema as Schema).toBuffer({})
    assert.deepEqual(encoded(avroType(schema), {}), theirs)
  })

  test('writes types that name themselves and names that are words of the language', () => {
    const list = {
      type: 'record',
      name: 'L',
      fields: [
        { name: 'class', type: 'int' },
        { name: 'next', type: ['null', 'L'] },
      ],
    }
    const value = { class: 1, next: { class: 2, next: null } }
    assert.deepEqual(
      encoded(avroType(list), value),
      AvroType.forSchema(list as Schema).toBuffer(value),
    )
  })

  test('tells how much room there must be, and writes nothing beyond what there is', () => {
    const schema = loadSchemas().get('Message')
    assert.ok(schema)
    const encode = encoderOf(avroType(schema))
    const whole = encoded(avroType(schema), hello)
    for (let room = 0; room < whole.length; room++) {
      const buffer = Buffer.alloc(room + 16, 0xee)
      assert.equal(encode(buffer.subarray(0, room), 0, hello), whole.length, `${room}`)
      assert.deepEqual(buffer.subarray(room), Buffer.alloc(16, 0xee))
    }
  })

  test('refuses a union of more than null and one type when it is made', () => {
    assert.throws(() => encoderOf(avroType(record(['null', 'string', 'int']))), /union/)
  })
})
