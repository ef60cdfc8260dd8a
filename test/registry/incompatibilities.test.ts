import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AvroType, type Schema } from '../../topology/codec/avsc.ts'
import { incompatibilities } from '../../topology/registry/incompatibilities.ts'

const letters = (...symbols: string[]) => ({ type: 'enum', name: 'E', symbols })
const list = (item: unknown) => ({
  type: 'record',
  name: 'List',
  fields: [
    { name: 'item', type: item },
    { name: 'next', type: ['null', 'List'], default: null },
  ],
})
const fixed = (size: number) => ({ type: 'fixed', name: 'F', size })

// reader, writer, what is wrong
const rows = [
  [letters('A', 'B'), letters('A'), []],
  [
    letters('A'),
    letters('A', 'B', 'C'),
    ['MISSING_ENUM_SYMBOLS at the top: the reader lacks B, C'],
  ],
  [{ ...letters('A'), default: 'A' }, letters('A', 'B'), []],
  [list('long'), list('int'), []],
  [list('int'), list('long'), ['TYPE_MISMATCH at item: reader wants int, writer has long']],
  [fixed(2), fixed(3), ['FIXED_SIZE_MISMATCH at the top: reader wants 2, writer has 3']],
  [
    { ...fixed(2), name: 'n.F' },
    fixed(2),
    ['NAME_MISMATCH at the top: reader wants n.F, writer has F'],
  ],
  [{ ...fixed(2), name: 'G', aliases: ['F'] }, fixed(2), []],
  [
    ['null', 'string'],
    ['null', 'string', 'int'],
    ['MISSING_UNION_BRANCH at the top: reader takes [null, string], writer has int'],
  ],
  [
    'string',
    ['null', 'string'],
    ['TYPE_MISMATCH at the top: reader wants string, writer has null'],
  ],
  [
    ['null', list('int')],
    ['null', list('string')],
    ['TYPE_MISMATCH at item: reader wants int, writer has string'],
  ],
  [
    { type: 'map', values: { type: 'array', items: 'int' } },
    { type: 'map', values: { type: 'array', items: 'string' } },
    ['TYPE_MISMATCH at {}[]: reader wants int, writer has string'],
  ],
  ['bytes', 'string', []],
] as const

for (const [reader, writer, expected] of rows) {
  test(`${JSON.stringify(reader)} reads ${JSON.stringify(writer)}: ${expected[0] ?? 'yes'}`, () => {
    const [reading, writing] = [reader, writer].map((schema) =>
      AvroType.forSchema(schema as unknown as Schema, { registry: {} }),
    )
    assert.ok(reading && writing)
    assert.deepEqual(incompatibilities(reading, writing), expected)
  })
}
