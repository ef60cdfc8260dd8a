import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, refusedBy, startHttp } from './http.ts'

const int = { type: 'int', default: 0 }
const base = record({ a: 'string' })
const withDefault = record({ a: 'string', b: int })
const without = record({ a: 'string', b: 'int' })
const changed = record({ a: 'int' })

// Beside version 1 (base) and version 2 (withDefault): may the schema be the third?
const rows = [
  ['NONE', changed, true],
  ['BACKWARD', record({ a: 'string', b: 'int', c: int }), true],
  ['BACKWARD_TRANSITIVE', record({ a: 'string', b: 'int', c: int }), false],
  ['BACKWARD', record({ a: 'string', b: int, c: 'int' }), false],
  ['BACKWARD', record({}), true],
  ['FORWARD', record({ b: 'int' }), false],
  ['FORWARD', record({ a: 'string', c: 'string' }), true],
  ['FORWARD', changed, false],
  ['FORWARD_TRANSITIVE', record({ a: 'string', c: 'string' }), true],
  ['FULL', record({ a: 'string', b: int, c: int }), true],
  ['FULL', record({ a: 'string', c: 'string' }), false],
  ['FULL_TRANSITIVE', without, false],
  ['FULL', without, true],
] as const

for (const [level, schema, allowed] of rows) {
  test(`${level} ${allowed ? 'allows' : 'forbids'} ${JSON.stringify(schema)}`, async (t) => {
    const http = await startHttp(t)
    await http(200, 'PUT', '/config/s', { compatibility: level })
    await http(200, 'POST', '/subjects/s/versions', base)
    await http(200, 'POST', '/subjects/s/versions', withDefault)
    const path = '/compatibility/subjects/s/versions'
    const answer = await http(200, 'POST', path, schema)
    assert.deepEqual(answer, { is_compatible: allowed })
    if (allowed) await http(200, 'POST', '/subjects/s/versions', schema)
    else await refusedBy(http, 409, 'POST', '/subjects/s/versions', schema)
  })
}

test('forbids over all versions, not the last alone, where the level is transitive', async (t) => {
  const http = await startHttp(t)
  await http(200, 'PUT', '/config/s', { compatibility: 'BACKWARD' })
  await http(200, 'POST', '/subjects/s/versions', record({ a: 'string' }))
  await http(200, 'POST', '/subjects/s/versions', record({}))
  const back = record({ a: { type: 'int', default: 0 } })
  const path = '/compatibility/subjects/s/versions'
  assert.deepEqual(await http(200, 'POST', path, back), { is_compatible: true })
  assert.deepEqual(await http(200, 'POST', `${path}/latest`, back), { is_compatible: true })
  assert.deepEqual(await http(200, 'POST', `${path}/1`, back), { is_compatible: false })
  await http(200, 'PUT', '/config/s', { compatibility: 'BACKWARD_TRANSITIVE' })
  assert.deepEqual(await http(200, 'POST', path, back), { is_compatible: false })
})

test('says where and why when asked to be verbose', async (t) => {
  const http = await startHttp(t)
  await http(200, 'PUT', '/config/s', { compatibility: 'FULL' })
  const inner = (type: unknown) => ({
    type: 'array',
    items: { type: 'record', name: 'Recipient', fields: [{ name: 'address', type }] },
  })
  await http(200, 'POST', '/subjects/s/versions', record({ to: inner('string') }))
  const path = '/compatibility/subjects/s/versions/latest?verbose=true'
  const answer = await http(200, 'POST', path, record({ to: inner('long') }))
  assert.deepEqual(answer, {
    is_compatible: false,
    messages: [
      'the new schema cannot read data of version 1: TYPE_MISMATCH at to[].address: reader wants long, writer has string',
      'version 1 cannot read data of the new schema: TYPE_MISMATCH at to[].address: reader wants string, writer has long',
    ],
  })
  const same = await http(200, 'POST', path, record({ to: inner('string') }))
  assert.deepEqual(same, { is_compatible: true, messages: [] })
})

test('finds everything compatible with a subject that is not there yet', async (t) => {
  const http = await startHttp(t)
  const compatible = { is_compatible: true }
  const path = '/compatibility/subjects/s/versions'
  assert.deepEqual(await http(200, 'POST', path, base), compatible)
  assert.deepEqual(await http(200, 'POST', `${path}/latest`, base), compatible)
  await refusedBy(http, 40401, 'POST', `${path}/1`, base)
  await http(200, 'POST', '/subjects/s/versions', base)
  await refusedBy(http, 40402, 'POST', `${path}/2`, base)
  await refusedBy(http, 42202, 'POST', `${path}/x`, base)
  await refusedBy(http, 42201, 'POST', path, { schema: '{' })
})

test('forgets what was deleted when it judges', async (t) => {
  const http = await startHttp(t)
  await http(200, 'POST', '/subjects/s/versions', base)
  await http(200, 'POST', '/subjects/s/versions', record({}))
  await http(200, 'DELETE', '/subjects/s/versions/1')
  await http(200, 'PUT', '/config/s', { compatibility: 'BACKWARD_TRANSITIVE' })
  await http(200, 'POST', '/subjects/s/versions', record({ a: { type: 'int', default: 0 } }))
})
