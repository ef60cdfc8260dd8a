import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { typesOf } from '../../schemas/generate-types.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { type AvroRecord, resolveReferences } from '../../schemas/resolve.ts'
import { avroType } from '../../topology/codec/avro-type.ts'

const folder = join(import.meta.dirname, '../../schemas')

test('the generated types are what the schemas say', () => {
  const text = typesOf([...loadSchemas().values()])
  assert.equal(readFileSync(join(folder, 'types.ts'), 'utf8'), text)
})

test('every record and field has a sentence, and lies in the one namespace', () => {
  for (const schema of loadSchemas().values()) {
    for (const each of [schema, ...schema.fields]) {
      assert.match(each.doc ?? '', /^\S.*\.$/, `${schema.name}: ${each.name}`)
    }
    assert.equal(schema.namespace, 'chat4all.v1')
  }
})

test('every file is called after its record, and each schema stands alone once it is loaded', () => {
  const files = readdirSync(join(folder, 'avro')).map((file) => file.replace('.avsc', ''))
  assert.deepEqual([...loadSchemas().keys()], files.toSorted())
  for (const schema of loadSchemas().values()) avroType(schema)
})

test('a message inside an enriched one is the message itself', () => {
  const enriched = loadSchemas().get('EnrichedMessage')?.fields[0]?.type
  assert.deepEqual(enriched, loadSchemas().get('Message'))
})

test('a field may be absent only by null or a default: so every schema can evolve both ways', () => {
  for (const schema of loadSchemas().values()) {
    for (const { name, type, default: value } of schema.fields) {
      const isNullable = Array.isArray(type) && type[0] === 'null'
      assert.equal(isNullable, value === null, `${schema.name}.${name}`)
    }
  }
})

const record = (name: string, ...types: unknown[]) =>
  ({
    type: 'record',
    name,
    namespace: 'n',
    fields: types.map((type, at) => ({ name: `f${at}`, type })),
  }) as AvroRecord

test('a name is filled in where it is used first, and stays a name after that', () => {
  const inner = record('Inner', 'string')
  const [, outer] = resolveReferences([
    inner,
    record('Outer', 'Inner', ['null', 'n.Inner'], 'string'),
  ])
  assert.deepEqual(outer, record('Outer', inner, ['null', 'n.Inner'], 'string'))
})

test('names are found in arrays, maps, unions and other files, whatever their order', () => {
  const outer = record(
    'A',
    { type: 'array', items: 'Z' },
    { type: 'map', values: ['null', 'Nested'] },
  )
  const z = record('Z', record('Nested', 'long'))
  const [resolved] = resolveReferences([outer, z])
  avroType(resolved)
  assert.match(JSON.stringify(resolved), /"name":"Z".*"name":"Nested"/)
})

test('a record may hold itself', () => {
  const list = record('List', ['null', 'List'])
  assert.deepEqual(resolveReferences([list]), [record('List', ['null', 'n.List'])])
})

test('a type that is defined twice or nowhere is refused by name', () => {
  assert.throws(() => resolveReferences([record('A'), record('A')]), /n\.A is defined twice/)
  assert.throws(() => resolveReferences([record('A', 'Nowhere')]), /n\.Nowhere is named but not/)
})
