import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, refusedBy, startHttp } from './http.ts'

const ana = record({ name: 'string' })
const older = record({ name: 'string', age: { type: 'int', default: 0 } })
const oldest = record({
  name: 'string',
  age: { type: 'int', default: 0 },
  city: { type: 'string', default: '' },
})

test('numbers the versions of a subject from 1 and lists them', async (t) => {
  const http = await startHttp(t)
  assert.deepEqual(await http(200, 'GET', '/subjects'), [])
  const { id } = (await http(200, 'POST', '/subjects/s/versions', ana)) as { id: number }
  await http(200, 'POST', '/subjects/s/versions', older)
  await http(200, 'POST', '/subjects/other/versions', ana)
  assert.deepEqual(await http(200, 'GET', '/subjects'), ['other', 's'])
  assert.deepEqual(await http(200, 'GET', '/subjects?subjectPrefix=o'), ['other'])
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions'), [1, 2])
  const first = { subject: 's', id, version: 1, ...ana }
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions/1'), first)
  assert.deepEqual(await http(200, 'POST', '/subjects/s', ana), first)
  const latest = (await http(200, 'GET', '/subjects/s/versions/latest')) as { version: number }
  assert.equal(latest.version, 2)
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions/-1'), latest)
  const { fields } = (await http(200, 'GET', '/subjects/s/versions/1/schema')) as {
    fields: unknown
  }
  assert.deepEqual(fields, [{ name: 'name', type: 'string' }])
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions/1/referencedby'), [])
})

test('finds schemas by id, with the subjects and versions that use them', async (t) => {
  const http = await startHttp(t)
  const { id } = (await http(200, 'POST', '/subjects/s/versions', ana)) as { id: number }
  await http(200, 'POST', '/subjects/a%2Fb%20ç/versions', ana)
  assert.deepEqual(await http(200, 'GET', `/schemas/ids/${id}`), ana)
  assert.deepEqual(await http(200, 'GET', `/schemas/ids/${id}/subjects`), ['a/b ç', 's'])
  assert.deepEqual(await http(200, 'GET', `/schemas/ids/${id}/versions`), [
    { subject: 'a/b ç', version: 1 },
    { subject: 's', version: 1 },
  ])
  const { name } = (await http(200, 'GET', `/schemas/ids/${id}/schema`)) as { name: string }
  assert.equal(name, 'Person')
  assert.deepEqual(await http(200, 'GET', '/schemas/types'), ['AVRO'])
})

test('gives the same id for the same schema written down in another way', async (t) => {
  const http = await startHttp(t)
  const { id } = (await http(200, 'POST', '/subjects/s/versions', {
    schema:
      '{"type":"record","name":"test.Person","doc":"d","fields":[{"name":"a","type":"string"},{"name":"b","type":["null",{"type":"enum","name":"E","symbols":["X"]}],"default":null},{"name":"c","type":"E"}]}',
  })) as { id: number }
  const other = {
    schemaType: 'AVRO',
    references: [],
    schema: `{ "namespace": "test", "name": "Person", "type": "record", "doc": "d", "fields": [
      { "type": {"type": "string"}, "name": "a", "order": "ascending" },
      { "default": null, "name": "b", "type": ["null", {"symbols": ["X"], "name": "test.E", "type": "enum"}] },
      { "name": "c", "type": "test.E" } ] }`,
  }
  assert.deepEqual(await http(200, 'POST', '/subjects/s/versions', other), { id })
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions'), [1])
  const changedDoc = { schema: other.schema.replace('"doc": "d"', '"doc": "e"') }
  assert.notDeepEqual(await http(200, 'POST', '/subjects/s/versions', changedDoc), { id })
})

test('says which thing is not there, by code', async (t) => {
  const http = await startHttp(t)
  await http(200, 'POST', '/subjects/s/versions', ana)
  await refusedBy(http, 40401, 'GET', '/subjects/x/versions')
  await refusedBy(http, 40401, 'GET', '/subjects/x/versions/1')
  await refusedBy(http, 40401, 'POST', '/subjects/x', ana)
  await refusedBy(http, 40401, 'DELETE', '/subjects/x')
  await refusedBy(http, 40402, 'GET', '/subjects/s/versions/2')
  await refusedBy(http, 40403, 'POST', '/subjects/s', older)
  await refusedBy(http, 40403, 'GET', '/schemas/ids/99')
  await refusedBy(http, 40403, 'GET', '/schemas/ids/x')
  await refusedBy(http, 404, 'GET', '/nothing/here')
})

test('refuses what is no version and no schema, by code', async (t) => {
  const http = await startHttp(t)
  await http(200, 'POST', '/subjects/s/versions', ana)
  for (const version of ['0', '-2', 'x', '2147483648', '1.5']) {
    await refusedBy(http, 42202, 'GET', `/subjects/s/versions/${version}`)
  }
  const bad = [
    {},
    { schema: 7 },
    { schema: 'not json' },
    { schema: '{"type":"record"}' },
    { schema: '"nope"' },
    { schema: '{"type":"record","name":"A","fields":[{"name":"a","type":"int","default":"x"}]}' },
    { ...ana, schemaType: 'PROTOBUF' },
    { ...ana, references: [{ name: 'a', subject: 'b', version: 1 }] },
  ]
  for (const body of bad) await refusedBy(http, 42201, 'POST', '/subjects/t/versions', body)
  assert.deepEqual(await http(200, 'GET', '/subjects'), ['s'])
})

test('deletes softly first: hidden, but the id still reads', async (t) => {
  const http = await startHttp(t)
  const { id } = (await http(200, 'POST', '/subjects/s/versions', ana)) as { id: number }
  await http(200, 'POST', '/subjects/s/versions', older)
  await refusedBy(http, 40407, 'DELETE', '/subjects/s/versions/1?permanent=true')
  assert.equal(await http(200, 'DELETE', '/subjects/s/versions/1'), 1)
  await refusedBy(http, 40406, 'DELETE', '/subjects/s/versions/1')
  await refusedBy(http, 40402, 'GET', '/subjects/s/versions/1')
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions'), [2])
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions?deleted=true'), [1, 2])
  await refusedBy(http, 40403, 'POST', '/subjects/s', ana)
  assert.deepEqual(await http(200, 'GET', `/schemas/ids/${id}`), ana)
  assert.deepEqual(await http(200, 'GET', `/schemas/ids/${id}/versions`), [])
  assert.equal(await http(200, 'DELETE', '/subjects/s/versions/1?permanent=true'), 1)
  await refusedBy(http, 40403, 'GET', `/schemas/ids/${id}`)
})

test('deletes a subject in two steps, and never gives its ids to others', async (t) => {
  const http = await startHttp(t)
  await http(200, 'POST', '/subjects/s/versions', ana)
  const { id } = (await http(200, 'POST', '/subjects/s/versions', older)) as { id: number }
  await refusedBy(http, 40405, 'DELETE', '/subjects/s?permanent=true')
  assert.deepEqual(await http(200, 'DELETE', '/subjects/s'), [1, 2])
  await refusedBy(http, 40404, 'DELETE', '/subjects/s')
  assert.deepEqual(await http(200, 'GET', '/subjects'), [])
  assert.deepEqual(await http(200, 'GET', '/subjects?deleted=true'), ['s'])
  assert.deepEqual(await http(200, 'DELETE', '/subjects/s?permanent=true'), [1, 2])
  assert.deepEqual(await http(200, 'GET', '/subjects?deleted=true'), [])
  const { id: next } = (await http(200, 'POST', '/subjects/t/versions', oldest)) as { id: number }
  assert.ok(next > id)
})

test('a schema registered again after a soft deletion keeps its id and gets the next version', async (t) => {
  const http = await startHttp(t)
  const registered = await http(200, 'POST', '/subjects/s/versions', ana)
  await http(200, 'DELETE', '/subjects/s')
  assert.deepEqual(await http(200, 'POST', '/subjects/s/versions', ana), registered)
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions'), [2])
})
