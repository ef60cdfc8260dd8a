import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { webhookVerdict } from '../../../domain/webhooks/webhook-verdict.ts'

const nowMs = Date.UTC(2026, 0, 1)
const verdict = (status: number, retryAfter?: string) =>
  webhookVerdict({ status, retryAfter }, nowMs)

describe('what an answer means', () => {
  const rows: readonly [
    number,
    string | undefined,
    'delivered' | 'failed',
    boolean,
    number | null,
  ][] = [
    [200, undefined, 'delivered', false, null],
    [204, undefined, 'delivered', false, null],
    [202, '60', 'delivered', false, null],
    [301, undefined, 'failed', false, null],
    [302, undefined, 'failed', false, null],
    [400, undefined, 'failed', false, null],
    [404, '60', 'failed', false, null],
    [410, undefined, 'failed', true, null],
    [429, '60', 'failed', false, 60_000],
    [429, undefined, 'failed', false, null],
    [429, 'soon', 'failed', false, null],
    [500, '60', 'failed', false, null],
    [503, '0', 'failed', false, 0],
    [503, 'Thu, 01 Jan 2026 00:02:00 GMT', 'failed', false, 120_000],
    [503, 'Wed, 31 Dec 2025 00:00:00 GMT', 'failed', false, 0],
  ]
  for (const [status, retryAfter, outcome, gone, hintMs] of rows) {
    test(`${status}${retryAfter === undefined ? '' : ` with Retry-After ${retryAfter}`}: ${outcome}`, () => {
      const found = verdict(status, retryAfter)
      assert.deepEqual([found.outcome, found.gone, found.hintMs], [outcome, gone, hintMs])
      assert.equal(found.detail === null, outcome === 'delivered')
    })
  }

  test('no answer is a failure that says why', () => {
    const found = webhookVerdict({ status: null, detail: 'No answer: refused.' }, nowMs)
    assert.deepEqual([found.outcome, found.detail], ['failed', 'No answer: refused.'])
  })
})
