import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { avroType } from '../../topology/codec/avro-type.ts'
import { AvroType, type Schema } from '../../topology/codec/avsc.ts'
import type { AvroName } from '../../topology/contract/stage.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { plain } from '../conformance/codec.ts'
import { seededRandom } from '../random.ts'
import { encoded } from './encoded.ts'
import { type Json, randomRecord, randomValue } from './random-schema.ts'

const schemas = loadSchemas()
const codec = await avroCodec(schemas, memoryRegistry())

for (const [name, schema] of schemas) {
  test(`every ${name} comes back as it went`, () => {
    const random = seededRandom(name.length)
    for (let turn = 0; turn < 60; turn++) {
      const value = randomValue(random, schema as unknown as Json)
      const bytes = codec.encode(name as AvroName, value)
      assert.deepStrictEqual(plain(codec.decode(name as AvroName, bytes)), plain(value))
    }
  })
}

test('random records of random types come back as they went', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed)
    const schema = randomRecord(random, 3, { next: 0 })
    const type = avroType(schema)
    const value = randomValue(random, schema)
    assert.deepStrictEqual(
      plain(type.fromBuffer(encoded(type, value))),
      plain(value),
      `seed ${seed}`,
    )
  }
})

test('the bytes are what avsc writes, wherever avsc can write at all', () => {
  let compared = 0
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed)
    const schema = randomRecord(random, 3, { next: 0 })
    const value = buffers(randomValue(random, schema))
    if (JSON.stringify(plain(value)).match(/-?\d{16}/)) continue // where it rounds
    const theirs = AvroType.forSchema(schema as Schema).toBuffer(value)
    assert.deepEqual(encoded(avroType(schema), value), theirs, `seed ${seed}`)
    compared++
  }
  assert.ok(compared > 50)
})

/** avsc takes Buffers only. */
function buffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (Array.isArray(value)) return value.map(buffers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, buffers(each)]))
}
