import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextWebhookAttempt, webhookAttempts } from '../../../domain/webhooks/webhook-schedule.ts'

const at = 1_800_000_000_000
const hour = 3_600_000
/** As docs.svix.com/retries has it, after the attempt at once. */
const waits = [5_000, 300_000, 1_800_000, 2 * hour, 5 * hour, 10 * hour, 10 * hour]

describe('the schedule of webhooks', () => {
  test('waits as its users know it, and up to a fifth longer', () => {
    for (const [index, wait] of waits.entries()) {
      for (const seed of ['a', 'b', 'c']) {
        const next = nextWebhookAttempt(index + 1, at, seed, null) ?? assert.fail()
        assert.ok(next - at >= wait && next - at <= wait * 1.2, `${next - at} for ${wait}`)
      }
    }
    assert.equal(nextWebhookAttempt(8, at, 'a', null), null)
    assert.equal(webhookAttempts, 8)
  })

  test('spreads what failed together, and answers alike when asked again', () => {
    const all = Array.from({ length: 100 }, (_, n) => nextWebhookAttempt(2, at, `e${n}`, null))
    assert.ok(new Set(all).size > 90)
    assert.equal(nextWebhookAttempt(2, at, 'e1', null), all[1])
  })

  test('heeds an endpoint that asks for longer, up to ten hours, and not one that asks for less', () => {
    const plain = nextWebhookAttempt(1, at, 'a', null) ?? 0
    assert.equal(nextWebhookAttempt(1, at, 'a', 1_000), plain)
    assert.equal(nextWebhookAttempt(1, at, 'a', 60_000), plain + 55_000)
    assert.equal(nextWebhookAttempt(1, at, 'a', 99 * hour), plain + 10 * hour - 5_000)
  })
})
