import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { confluentRegistry } from '../../topology/registry/client.ts'
import { type RunningRegistry, startRegistry } from '../../topology/registry/server.ts'
import { codecSuite } from '../conformance/codec.ts'
import { registrySuite } from '../conformance/registry.ts'
import { registerOne } from './register-one.ts'

async function started(t: TestContext | undefined, path = ':memory:'): Promise<RunningRegistry> {
  const server = await startRegistry({ path, host: '127.0.0.1', port: 0, credentials: undefined })
  t?.after(() => server.close())
  return server
}

registrySuite('the embedded server, asked in its process', async (t) =>
  (await started(t)).schemas('FULL_TRANSITIVE'),
)

codecSuite('Avro over the embedded server in its process', loadSchemas(), async (t) => {
  const server = await started(t)
  return (schemas) => avroCodec(schemas, server.schemas('FULL_TRANSITIVE'))
})

const text = (name: string, ...fields: object[]) =>
  JSON.stringify({ type: 'record', name, namespace: 'test', fields })
const a = (type: string) => text('A', { name: 'a', type })
const refused = (error: unknown) => isCode(error, 'C4A_SCHEMA_INCOMPATIBLE')

test('who asks over HTTP finds what was registered in the process, at its level', async (t) => {
  const server = await started(t)
  const id = await registerOne(server.schemas('FULL_TRANSITIVE'), 'test.A', a('string'))
  const other = confluentRegistry({
    url: server.url,
    credentials: undefined,
    compatibility: 'FULL_TRANSITIVE',
    timeoutMs: 5_000,
  })
  assert.equal(await registerOne(other, 'test.A', a('string')), id)
  const { compatibilityLevel } = (await (await fetch(`${server.url}/config/test.A`)).json()) as {
    readonly compatibilityLevel: string
  }
  assert.equal(compatibilityLevel, 'FULL_TRANSITIVE')
})

test('a start finds the ids of the one before', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'c4a-own-registry-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const ids: number[] = []
  for (let start = 0; start < 2; start++) {
    const server = await started(undefined, join(folder, 'registry.sqlite'))
    ids.push(await registerOne(server.schemas('FULL_TRANSITIVE'), 'test.A', a('string')))
    await server.close()
  }
  assert.equal(ids[1], ids[0])
})

test('a schema that breaks the old ones is refused with those beside it, and nothing stays of them', async (t) => {
  const registry = (await started(t)).schemas('FULL_TRANSITIVE')
  const id = await registerOne(registry, 'test.A', a('string'))
  const both = [
    { subject: 'test.B', schema: text('B') },
    { subject: 'test.A', schema: a('int') },
  ]
  await assert.rejects(registry.register(both), (error) => {
    assert.ok(refused(error))
    assert.match(String(error), /test\.A.*TYPE_MISMATCH at a: reader wants int, writer has string/s)
    return true
  })
  assert.equal(await registry.schema(id + 1), undefined)
})

test('a subject of another level is refused for a new schema and used for a known one', async (t) => {
  const server = await started(t)
  const id = await registerOne(server.schemas('FULL_TRANSITIVE'), 'test.A', a('string'))
  const other = server.schemas('NONE')
  assert.equal(await registerOne(other, 'test.A', a('string')), id)
  const spaced = JSON.stringify(JSON.parse(a('string')), null, 2)
  assert.equal(await registerOne(other, 'test.A', spaced), id)
  await assert.rejects(registerOne(other, 'test.A', text('A')), refused)
})
