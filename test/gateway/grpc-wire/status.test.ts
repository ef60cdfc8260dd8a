import assert from 'node:assert/strict'
import { test } from 'node:test'
import { status as theirs } from '@grpc/grpc-js'
import { status } from '../../../gateway/grpc/wire/status.ts'

test('the codes of a status are those of grpc-js', () => {
  const named = Object.entries(theirs).filter(([, code]) => typeof code === 'number')
  assert.deepEqual(Object.fromEntries(named), status)
})
