import assert from 'node:assert/strict'
import { test } from 'node:test'
import { record, refusedBy, startHttp } from './http.ts'

const ana = record({ name: 'string' })

test('has BACKWARD as the level of all until told otherwise', async (t) => {
  const http = await startHttp(t)
  assert.deepEqual(await http(200, 'GET', '/config'), { compatibilityLevel: 'BACKWARD' })
  const full = { compatibility: 'FULL' }
  assert.deepEqual(await http(200, 'PUT', '/config', full), full)
  assert.deepEqual(await http(200, 'GET', '/config'), { compatibilityLevel: 'FULL' })
  assert.deepEqual(await http(200, 'DELETE', '/config'), { compatibilityLevel: 'FULL' })
  assert.deepEqual(await http(200, 'GET', '/config'), { compatibilityLevel: 'BACKWARD' })
})

test('keeps a level for a subject, and says when there is none', async (t) => {
  const http = await startHttp(t)
  await refusedBy(http, 40408, 'GET', '/config/s')
  const backward = { compatibilityLevel: 'BACKWARD' }
  assert.deepEqual(await http(200, 'GET', '/config/s?defaultToGlobal=true'), backward)
  await http(200, 'PUT', '/config/s', { compatibility: 'full_transitive' })
  const level = { compatibilityLevel: 'FULL_TRANSITIVE' }
  assert.deepEqual(await http(200, 'GET', '/config/s'), level)
  assert.deepEqual(await http(200, 'DELETE', '/config/s'), level)
  await refusedBy(http, 40408, 'GET', '/config/s')
  await refusedBy(http, 40401, 'DELETE', '/config/s')
  for (const body of [{ compatibility: 'HALF' }, {}, { compatibility: 7 }]) {
    await refusedBy(http, 42203, 'PUT', '/config/s', body)
  }
})

test('takes no change where it is read-only, but answers what it knows', async (t) => {
  const http = await startHttp(t)
  const registered = await http(200, 'POST', '/subjects/s/versions', ana)
  assert.deepEqual(await http(200, 'GET', '/mode'), { mode: 'READWRITE' })
  await http(200, 'PUT', '/mode', { mode: 'READONLY' })
  assert.deepEqual(await http(200, 'POST', '/subjects/s/versions', ana), registered)
  await refusedBy(http, 42205, 'POST', '/subjects/t/versions', ana)
  await refusedBy(http, 42205, 'DELETE', '/subjects/s')
  await refusedBy(http, 42205, 'DELETE', '/subjects/s/versions/1')
  await refusedBy(http, 40409, 'GET', '/mode/s')
  assert.deepEqual(await http(200, 'GET', '/mode/s?defaultToGlobal=true'), { mode: 'READONLY' })
  await http(200, 'PUT', '/mode/t', { mode: 'READWRITE' })
  await http(200, 'POST', '/subjects/t/versions', ana)
  assert.deepEqual(await http(200, 'DELETE', '/mode/t'), { mode: 'READWRITE' })
  await refusedBy(http, 40401, 'DELETE', '/mode/t')
  await refusedBy(http, 42204, 'PUT', '/mode', { mode: 'SOMETIMES' })
})

test('takes ids from elsewhere in import mode only, and never two schemas under one', async (t) => {
  const http = await startHttp(t)
  const imported = { ...ana, id: 77, version: 5 }
  await refusedBy(http, 42205, 'POST', '/subjects/s/versions', imported)
  await http(200, 'PUT', '/mode/s', { mode: 'IMPORT' })
  await refusedBy(http, 42205, 'POST', '/subjects/s/versions', ana)
  assert.deepEqual(await http(200, 'POST', '/subjects/s/versions', imported), { id: 77 })
  assert.deepEqual(await http(200, 'GET', '/subjects/s/versions'), [5])
  const other = record({ other: 'int' })
  await refusedBy(http, 42205, 'POST', '/subjects/s/versions', { ...other, id: 77 })
  await refusedBy(http, 42205, 'POST', '/subjects/s/versions', { ...other, id: 78, version: 5 })
  await refusedBy(http, 42205, 'POST', '/subjects/s/versions', { ...ana, id: 79, version: 6 })
  await refusedBy(http, 422, 'POST', '/subjects/s/versions', { ...ana, id: 'x' })
  await http(200, 'PUT', '/mode/s', { mode: 'READWRITE' })
  const { id } = (await http(200, 'POST', '/subjects/t/versions', other)) as { id: number }
  assert.equal(id, 78)
})

test('lets only what is empty into import mode, unless it is forced', async (t) => {
  const http = await startHttp(t)
  await http(200, 'POST', '/subjects/s/versions', ana)
  await http(200, 'DELETE', '/subjects/s')
  await refusedBy(http, 42205, 'PUT', '/mode', { mode: 'IMPORT' })
  await refusedBy(http, 42205, 'PUT', '/mode/s', { mode: 'IMPORT' })
  await http(200, 'PUT', '/mode/s?force=true', { mode: 'IMPORT' })
})
