import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { traceIdOf, traceparentOf } from '../../gateway/operations/trace.ts'

describe('traceparent', () => {
  test('is made where none came, well formed and never twice', () => {
    const made = Array.from({ length: 1_000 }, () => traceparentOf(undefined))
    for (const each of made) assert.match(each, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    assert.equal(new Set(made.map(traceIdOf)).size, made.length)
    assert.equal(new Set(made.map((each) => each.slice(36, 52))).size, made.length)
  })

  test('is kept where it came well formed, and replaced where it did not', () => {
    const given = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    assert.equal(traceparentOf(given), given)
    for (const bad of ['', 'x', given.toUpperCase(), `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]) {
      assert.notEqual(traceparentOf(bad), bad)
    }
  })
})
