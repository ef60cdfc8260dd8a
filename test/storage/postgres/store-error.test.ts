import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { storeError } from '../../../storage/adapters/postgres/store-error.ts'

const thrown = (fields: object) => Object.assign(new Error('no'), fields)

describe('an error of PostgreSQL', () => {
  test('is waited for where a row met its part being made', () => {
    const error = storeError(thrown({ code: '23514', table: 'message_rest' }))
    assert.equal(error.code, 'C4A_STORE_UNREACHABLE')
    assert.equal(error.retryable, true)
    assert.doesNotMatch(error.message, /database is up/) // nobody has to look after it
  })

  test('is a fault of the hub where a check of ours refuses a row', () => {
    const { code, retryable } = storeError(
      thrown({ code: '23514', table: 'ledger', constraint: 'ledger_state_check' }),
    )
    assert.equal(code, 'C4A_INTERNAL')
    assert.equal(retryable, false)
  })
})
