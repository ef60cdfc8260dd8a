import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { loadSchemas } from '../../schemas/load.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { confluentRegistry } from '../../topology/registry/client.ts'
import { codecSuite } from '../conformance/codec.ts'
import { registrySuite } from '../conformance/registry.ts'
import { registerOne } from './register-one.ts'

const url = process.env['C4A_TEST_REGISTRY']

if (url) suites(url)
else
  test('a registry that is not ours', { skip: 'C4A_TEST_REGISTRY names none (docs/services.md)' })

function suites(url: string): void {
  const options = {
    url,
    credentials: undefined,
    compatibility: 'FULL_TRANSITIVE',
    timeoutMs: 10_000,
  } as const

  // All tests share what it remembers, and so do later runs.
  registrySuite('one that is not ours', async () => confluentRegistry(options))
  codecSuite(
    'Avro over a registry that is not ours',
    loadSchemas(),
    async () => (schemas) => avroCodec(schemas, confluentRegistry(options)),
  )

  test('a new version that breaks the old ones is refused there too', async () => {
    const registry = confluentRegistry(options)
    const subject = `test.${randomUUID()}`
    const version = (type: string) =>
      JSON.stringify({
        type: 'record',
        name: 'A',
        namespace: 'test',
        fields: [{ name: 'a', type }],
      })
    await registerOne(registry, subject, version('string'))
    await assert.rejects(registerOne(registry, subject, version('int')), (error) =>
      isCode(error, 'C4A_SCHEMA_INCOMPATIBLE'),
    )
  })

  test('a schema keeps its id when its text is laid out otherwise', async () => {
    const registry = confluentRegistry(options)
    const subject = `test.${randomUUID()}`
    const schema = { type: 'record', name: 'B', namespace: 'test', fields: [] }
    const id = await registerOne(registry, subject, JSON.stringify(schema))
    assert.equal(await registerOne(registry, subject, JSON.stringify(schema, null, 4)), id)
  })
}
