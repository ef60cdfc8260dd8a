import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestChecks } from '../../gateway/operations/checks.ts'
import { strictAjv } from '../../gateway/operations/strict-ajv.ts'
import { sharedSchemas } from '../../gateway/rest/schemas/shared-schemas.ts'
import { isCode } from '../../topology/contract/errors.ts'

// A running hub takes it for granted, and compiles a schema only when it is used.

test('every shared schema is one, and compiles', () => {
  const ajv = strictAjv({ validateSchema: true })
  for (const schema of sharedSchemas) {
    const { $id } = schema as { readonly $id: string }
    assert.ok(ajv.compile({ $ref: `${$id}#` }), $id)
  }
})

test('every check compiles, and refuses what is no object', () => {
  const { isSendRequest, ...checks } = requestChecks()
  assert.equal(isSendRequest(undefined), false)
  for (const [name, check] of Object.entries(checks)) {
    assert.throws(
      () => check(1),
      (error) => isCode(error, 'C4A_BAD_REQUEST'),
      name,
    )
  }
})
