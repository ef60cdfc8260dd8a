import assert from 'node:assert/strict'
import { test } from 'node:test'
import { avroType } from '../../topology/codec/avro-type.ts'
import { AvroType, type Schema } from '../../topology/codec/avsc.ts'
import { incompatibilities } from '../../topology/registry/incompatibilities.ts'
import { plain } from '../conformance/codec.ts'
import { seededRandom } from '../random.ts'
import { encoded } from './encoded.ts'
import { type Json, randomRecord, randomValue, twisted } from './random-schema.ts'

const pairs = Array.from({ length: 600 }, (_, seed) => {
  const random = seededRandom(seed)
  const old = randomRecord(random, 2, { next: 0 })
  return { seed, random, old: old as Json, young: twisted(random, old, seed) }
})

test('what the rules call readable is exactly what the reader can be made for', () => {
  let [readable, unreadable] = [0, 0]
  for (const { seed, old, young } of pairs) {
    for (const [reader, writer] of [
      [young, old],
      [old, young],
    ] as const) {
      const types = [reader, writer].map((each) =>
        AvroType.forSchema(each as Schema, { registry: {} }),
      )
      const [readerType, writerType] = types
      assert.ok(readerType && writerType)
      const faults = incompatibilities(readerType, writerType)
      const can = canResolve(avroType(reader), avroType(writer))
      assert.equal(
        faults.length === 0,
        can,
        `seed ${seed}: ${faults} ${JSON.stringify([reader, writer])}`,
      )
      if (can) readable++
      else unreadable++
    }
  }
  assert.ok(readable > 200 && unreadable > 200, `${readable} ${unreadable}`)
})

test('a reader of another version gets the fields that stayed, and defaults for the new', () => {
  let read = 0
  for (const { seed, random, old, young } of pairs) {
    for (const [reader, writer] of [
      [young, old],
      [old, young],
    ] as const) {
      const [readerType, writerType] = [avroType(reader), avroType(writer)]
      if (!canResolve(readerType, writerType)) continue
      const value = randomValue(random, writer) as Record<string, unknown>
      const bytes = encoded(writerType, value)
      const got = readerType.fromBuffer(bytes, readerType.createResolver(writerType))
      for (const { name, type, aliases = [] } of fieldsOf(reader)) {
        const source = fieldsOf(writer).find((each) => [name, ...aliases].includes(each.name))
        const same = source && JSON.stringify(source.type) === JSON.stringify(type)
        if (same)
          assert.deepStrictEqual(plain(got[name]), plain(value[source.name]), `seed ${seed}`)
        else assert.notEqual(got[name], undefined, `seed ${seed}: ${name}`)
      }
      read++
    }
  }
  assert.ok(read > 200)
})

function canResolve(
  reader: ReturnType<typeof avroType>,
  writer: ReturnType<typeof avroType>,
): boolean {
  try {
    reader.createResolver(writer)
    return true
  } catch {
    return false
  }
}

interface Field {
  readonly name: string
  readonly type: unknown
  readonly aliases?: readonly string[]
}

const fieldsOf = (schema: Json) => (schema as { readonly fields: readonly Field[] }).fields
