// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pipeline.yaml spells its references so
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { stageTypes } from '../../stages/index.ts'
import { jsonSchemaOf } from '../../topology/pipeline/json-schema.ts'
import { referenceOf } from '../../topology/pipeline/reference.ts'
import { effect, fused, round, small } from './small-pipelines.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const schema = jsonSchemaOf(stageTypes)
const valid = new Ajv2020({ strict: false, allErrors: true }).compile(schema)

/** Where the schema finds fault with a file, as JSON pointers. */
function pointers(yaml: string): readonly string[] {
  // Without merging, as an editor sees it before it follows `<<`.
  valid(parse(yaml, { merge: false }))
  return [...new Set((valid.errors ?? []).map(({ instancePath }) => instancePath))]
}

describe('the JSON Schema for editors', () => {
  test('the committed file is what the tables say', () => {
    const file = 'topology/pipeline/pipeline.schema.json'
    assert.deepEqual(JSON.parse(read(file)), schema)
  })

  test('it accepts every file that check accepts', () => {
    const files = [read('pipeline.yaml'), read('pipeline.fused.yaml'), small, effect, fused, round]
    for (const yaml of files) assert.deepEqual(pointers(yaml), [])
  })

  for (const [what, from, by, pointer] of [
    ['an unknown key', 'ordering: key', 'odering: key', '/stages/deliver'],
    [
      'a bare number for a duration',
      'holdFor: 2m',
      'holdFor: 120',
      '/stages/deliver/retry/holdFor',
    ],
    ['an unknown stage type', 'use: deliver', 'use: delivr', '/stages/deliver/use'],
    ['an unknown record type', 'value: Receipt', 'value: Reciept', '/topics/receipts/value'],
    [
      'an unknown setting',
      '{ channel: whatsapp }',
      '{ channel: x, setle: 1m }',
      '/stages/deliver/with',
    ],
    ['a word off the list', 'then: park', 'then: parking', '/stages/deliver/retry/then'],
    ['a plain secret', '"${TOKEN}"', 'hunter2', '/channels/whatsapp/accounts/demo/secrets/token'],
    [
      'a number below its least',
      'perGroup: 10 ',
      'perGroup: 0 ',
      '/stages/deliver/window/perGroup',
    ],
    [
      'an unknown kind of edge',
      '{ in: [d, e] }',
      '{ in: { from: d, edge: x } }',
      '/stages/deliver/in/in/edge',
    ],
  ] as const)
    test(`it marks ${what}`, () => {
      assert.ok(effect.includes(from))
      const found = pointers(effect.replace(from, by))
      assert.ok(found.includes(pointer), `${pointer} is not among ${found.join(', ')}`)
    })

  test('every key explains itself', () => {
    const silent: string[] = []
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties' && !path.includes('/if'))
          for (const [name, field] of Object.entries(value as object))
            if (name !== '<<' && !('description' in (field as object)) && !path.includes('allOf'))
              silent.push(`${path}/${name}`)
        walk(value, `${path}/${key}`)
      }
    }
    walk(schema, '')
    assert.deepEqual(silent, [])
  })
})

test('the reference in docs/pipeline.md is what the tables say', () => {
  assert.ok(read('docs/pipeline.md').endsWith(`\n${referenceOf(stageTypes)}`))
})
