import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { isCode } from '../../topology/contract/errors.ts'
import { startRegistry } from '../../topology/registry/server.ts'
import { over, record, startHttp, temporaryFile } from './http.ts'

const open = { path: ':memory:', host: '127.0.0.1', port: 0, credentials: undefined }
const credentials = { username: 'hub', password: 's3cret' }
const ana = record({ name: 'string' })

test('keeps everything over a restart', async (t) => {
  const path = await temporaryFile(t, 'registry.sqlite')
  const before = await startRegistry({ ...open, path })
  const first = over(before)
  await first(200, 'POST', '/subjects/s/versions', ana)
  await first(200, 'POST', '/subjects/t/versions', record({ a: 'int' }))
  await first(200, 'DELETE', '/subjects/t')
  await first(200, 'PUT', '/config/s', { compatibility: 'FULL' })
  await first(200, 'PUT', '/mode', { mode: 'READONLY' })
  await before.close()
  const http = await startHttp(t, path)
  assert.deepEqual(await http(200, 'GET', '/schemas/ids/1'), ana)
  assert.deepEqual(await http(200, 'GET', '/subjects?deleted=true'), ['s', 't'])
  assert.deepEqual(await http(200, 'GET', '/config/s'), { compatibilityLevel: 'FULL' })
  assert.deepEqual(await http(200, 'GET', '/mode'), { mode: 'READONLY' })
})

test('asks for credentials everywhere but at its health', async (t) => {
  const server = await startRegistry({ ...open, credentials })
  t.after(() => server.close())
  const wrong = `Basic ${Buffer.from('hub:s3cres').toString('base64')}`
  const right = `Basic ${Buffer.from('hub:s3cret').toString('base64')}`
  const status = async (path: string, authorization?: string) => {
    const headers = authorization ? { authorization } : {}
    return (await fetch(`${server.url}${path}`, { headers })).status
  }
  for (const path of [
    '/',
    '/subjects',
    '/config',
    '/nothing',
    '/health/../subjects',
    '/health?x',
  ]) {
    assert.equal(await status(path), 401, path)
    assert.equal(await status(path, wrong), 401, path)
    assert.equal(await status(path, 'Bearer s3cret'), 401, path)
  }
  assert.equal(await status('/subjects', right), 200)
  assert.equal(await status('/health'), 200)
})

test('does not open itself to the network without credentials', async () => {
  const wide = startRegistry({ ...open, host: '0.0.0.0' })
  await assert.rejects(wide, (error) => isCode(error, 'C4A_SETTING_INVALID'))
})

test('says that its port is taken, and that its file is no registry', async (t) => {
  const server = await startRegistry(open)
  t.after(() => server.close())
  const port = Number(new URL(server.url).port)
  await assert.rejects(startRegistry({ ...open, port }), (error) => isCode(error, 'C4A_PORT_BUSY'))
  const path = await temporaryFile(t, 'registry.sqlite')
  await writeFile(path, 'x'.repeat(5000))
  await assert.rejects(startRegistry({ ...open, path }), (error) =>
    isCode(error, 'C4A_STORE_CORRUPT'),
  )
})

test('refuses bodies that are not JSON, too large or of another type', async (t) => {
  const { url } = await startHttp(t)
  const post = async (body: string, type = 'application/json') => {
    const headers = { 'content-type': type }
    const answer = await fetch(`${url}/subjects/s/versions`, { method: 'POST', headers, body })
    return [answer.status, ((await answer.json()) as { error_code: number }).error_code]
  }
  assert.deepEqual(await post('{'), [400, 400])
  assert.deepEqual(await post('x'.repeat(5_000_000)), [413, 413])
  assert.deepEqual(await post('{}', 'text/plain'), [415, 415])
  assert.deepEqual(await post('[]'), [422, 42201])
  assert.deepEqual(await post(''), [422, 42201])
})
