import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { SchemaRegistry } from '../../topology/ports/registry.ts'
import { registerOne } from '../registry/register-one.ts'

const person = (...more: object[]) =>
  JSON.stringify({
    type: 'record',
    name: 'Person',
    namespace: 'test',
    fields: [{ name: 'name', type: 'string', doc: 'Given.' }, ...more],
  })

/** What every SchemaRegistry owes. */
export function registrySuite(
  name: string,
  fresh: (test: TestContext) => Promise<SchemaRegistry>,
): void {
  describe(`schema registry: ${name}`, () => {
    test('gives one schema one id, whatever the subject and however often', async (t) => {
      const registry = await fresh(t)
      const id = await registerOne(registry, 'test.Person', person())
      assert.equal(await registerOne(registry, 'test.Person', person()), id)
      assert.equal(await registerOne(registry, 'test.Other', person()), id)
    })

    test('gives another schema another id', async (t) => {
      const registry = await fresh(t)
      const id = await registerOne(registry, 'test.Person', person())
      const age = { name: 'age', type: 'int', default: 0 }
      assert.notEqual(await registerOne(registry, 'test.Person', person(age)), id)
    })

    test('gives many at once their ids, in order', async (t) => {
      const registry = await fresh(t)
      const subjects = Array.from({ length: 11 }, (_, nth) => `test.Many${nth}`)
      const schemas = subjects.map((subject) => ({
        subject,
        schema: JSON.stringify({ type: 'record', name: subject, fields: [] }),
      }))
      const ids = await registry.register(schemas)
      assert.equal(new Set(ids).size, schemas.length)
      for (const [nth, id] of ids.entries()) {
        const { name } = JSON.parse((await registry.schema(id)) ?? '{}')
        assert.equal(name, subjects[nth])
      }
      assert.deepEqual(await registry.register(schemas.toReversed()), ids.toReversed())
    })

    test('gives ids that fit a record', async (t) => {
      const registry = await fresh(t)
      const id = await registerOne(registry, 'test.Person', person())
      assert.ok(Number.isInteger(id) && id > 0 && id < 2 ** 31)
    })

    test('finds the schema behind an id, also for many that ask at once', async (t) => {
      const registry = await fresh(t)
      const id = await registerOne(registry, 'test.Person', person())
      const found = await Promise.all(Array.from({ length: 20 }, () => registry.schema(id)))
      for (const text of found) {
        const { name, fields } = JSON.parse(text ?? '{}')
        assert.match(name, /Person$/)
        assert.deepEqual(fields[0].name, 'name')
      }
    })

    test('has nothing behind an id that it never gave', async (t) => {
      const registry = await fresh(t)
      assert.equal(await registry.schema(4711), undefined)
    })
  })
}
