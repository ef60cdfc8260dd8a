import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { confluentRegistry } from '../../topology/registry/client.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { startRegistry } from '../../topology/registry/server.ts'
import { codecSuite } from '../conformance/codec.ts'
import { registrySuite } from '../conformance/registry.ts'
import { registerOne } from './register-one.ts'

const credentials = { username: 'hub', password: 'a: long one ✓' }
const options = { credentials, compatibility: 'FULL_TRANSITIVE', timeoutMs: 5_000 } as const

async function started(t: TestContext | undefined): Promise<string> {
  const server = await startRegistry({ path: ':memory:', host: '127.0.0.1', port: 0, credentials })
  t?.after(() => server.close())
  return server.url
}

registrySuite('memory', async () => memoryRegistry())
registrySuite('the real client on the embedded server', async (t) =>
  confluentRegistry({ ...options, url: await started(t) }),
)

codecSuite('Avro over the real client and the embedded server', loadSchemas(), async (t) => {
  const url = await started(t)
  return (schemas) => avroCodec(schemas, confluentRegistry({ ...options, url }))
})

const text = (name: string, ...fields: object[]) =>
  JSON.stringify({ type: 'record', name, namespace: 'test', fields })

test('a new version that breaks the old ones is refused, with the path and the reason', async (t) => {
  const registry = confluentRegistry({ ...options, url: await started(t) })
  await registerOne(registry, 'test.A', text('A', { name: 'a', type: 'string' }))
  await assert.rejects(
    registerOne(registry, 'test.A', text('A', { name: 'a', type: 'int' })),
    (error) => {
      assert.ok(isCode(error, 'C4A_SCHEMA_INCOMPATIBLE'))
      assert.match(String(error), /TYPE_MISMATCH at a: reader wants int, writer has string/)
      return true
    },
  )
})

test('a subject of another level is refused for a new schema and used for a known one', async (t) => {
  const url = await started(t)
  const known = text('A', { name: 'a', type: 'string' })
  const id = await registerOne(confluentRegistry({ ...options, url }), 'test.A', known)
  const other = confluentRegistry({ ...options, compatibility: 'NONE', url })
  assert.equal(await registerOne(other, 'test.A', known), id)
  const refused = (error: unknown) => isCode(error, 'C4A_SCHEMA_INCOMPATIBLE')
  await assert.rejects(
    registerOne(other, 'test.A', text('A', { name: 'b', type: 'string' })),
    refused,
  )
})

test('wrong credentials are a fault of the settings, and stand in no error', async (t) => {
  const url = await started(t)
  const wrong = { ...options, credentials: { username: 'hub', password: 'guess-me' }, url }
  const registry = confluentRegistry(wrong)
  const refused = (error: unknown) => {
    assert.doesNotMatch(`${error} ${JSON.stringify(error)}`, /guess-me|aHViOg/)
    return isCode(error, 'C4A_SETTING_INVALID')
  }
  await assert.rejects(registerOne(registry, 'test.A', text('A')), refused)
  await assert.rejects(registry.schema(1), refused)
})

test('a registry that is away, or never answers, may be asked again later', async (t) => {
  const silent = createTcpServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const unreachable = (error: unknown) => isCode(error, 'C4A_REGISTRY_UNREACHABLE')
  const { port } = silent.address() as AddressInfo
  const slow = { ...options, timeoutMs: 20, url: `http://127.0.0.1:${port}` }
  await assert.rejects(confluentRegistry(slow).schema(1), unreachable)
  const away = { ...options, url: 'http://127.0.0.1:1' }
  await assert.rejects(confluentRegistry(away).schema(1), unreachable)
})

test('many that meet a new schema at once cause one request', async (t) => {
  const url = await started(t)
  const id = await registerOne(confluentRegistry({ ...options, url }), 'test.A', text('A'))
  let requests = 0
  const counting = createServer(async (request, response) => {
    requests++
    const { authorization = '' } = request.headers
    const answer = await fetch(`${url}${request.url}`, { headers: { authorization } })
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve))
  t.after(() => counting.close())
  const { port } = counting.address() as AddressInfo
  const registry = confluentRegistry({ ...options, url: `http://127.0.0.1:${port}` })
  await Promise.all(Array.from({ length: 50 }, () => registry.schema(id)))
  assert.equal(requests, 1)
})
