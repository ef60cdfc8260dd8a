import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { leastRank, namedStatus, rankOf, statusOfRank } from '../../domain/status.ts'

const of = (...kinds: readonly string[]) =>
  kinds.reduce((most, kind) => Math.max(most, rankOf(kind)), 0)
const delivery = (participantId: string, part: number, ...kinds: readonly string[]) => ({
  participantId,
  channel: 'whatsapp',
  part,
  rank: of(...kinds),
})
/** The same on the channel that it goes to afterwards. */
const elsewhere = (...given: Parameters<typeof delivery>) => ({
  ...delivery(...given),
  channel: 'telegram',
})

test('what ended by the clock or by the sender has a status of its own', () => {
  assert.equal(namedStatus('failed', 'expired'), 'expired')
  assert.equal(namedStatus('rejected', 'cancelled'), 'cancelled')
  assert.equal(namedStatus('failed', 'opted-out'), 'failed')
  assert.equal(namedStatus('queued', 'expired'), 'queued')
})

describe("a delivery's status", () => {
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[], 'queued'],
    [['attempted'], 'queued'],
    [['held'], 'queued'],
    [['held', 'unknown'], 'unknown'],
    [['unknown', 'sent'], 'sent'],
    [['unknown', 'settled'], 'sent'],
    [['sent', 'delivered'], 'delivered'],
    [['sent', 'read'], 'read'],
    [['delivered', 'read', 'played'], 'read'],
    [['unknown', 'failed'], 'failed'],
    [['sent', 'failed'], 'failed'],
    // WhatsApp can report both for one id, from several devices: a note, no downgrade.
    [['sent', 'delivered', 'failed'], 'delivered'],
    [['failed', 'read'], 'read'],
    [['a kind of tomorrow'], 'queued'],
  ]
  for (const [kinds, status] of rows) {
    test(`is ${status} after ${kinds.join(', ') || 'nothing'}, in any order`, () => {
      assert.equal(statusOfRank(of(...kinds)), status)
      assert.equal(statusOfRank(of(...kinds.toReversed())), status)
    })
  }
})

describe("a message's status", () => {
  const rows: readonly (readonly [string, Parameters<typeof leastRank>[0], string])[] = [
    ['one delivery', [delivery('bia', 0, 'sent', 'read')], 'read'],
    ['its slowest person', [delivery('bia', 0, 'read'), delivery('caio', 0, 'sent')], 'sent'],
    ['its slowest part', [delivery('bia', 0, 'read'), delivery('bia', 1, 'held')], 'queued'],
    [
      'a failure beside what was sent',
      [delivery('bia', 0, 'sent'), delivery('caio', 0, 'failed')],
      'failed',
    ],
    [
      'a failure beside what was read',
      [delivery('bia', 0, 'read'), delivery('caio', 0, 'failed')],
      'failed',
    ],
    [
      'what is on its way beside a failure',
      [delivery('bia', 0, 'failed'), delivery('caio', 0)],
      'queued',
    ],
    [
      'what is unknown beside a failure',
      [delivery('bia', 0, 'failed'), delivery('caio', 0, 'unknown')],
      'unknown',
    ],
    [
      'the better of two channels',
      [delivery('bia', 0, 'sent'), elsewhere('bia', 0, 'delivered')],
      'delivered',
    ],
    [
      'the fallback that got through',
      [delivery('bia', 0, 'failed'), elsewhere('bia', 0, 'sent')],
      'sent',
    ],
    [
      'the fallback still on its way',
      [delivery('bia', 0), elsewhere('bia', 0, 'failed')],
      'queued',
    ],
    [
      'a failure on all channels',
      [delivery('bia', 0, 'failed'), elsewhere('bia', 0, 'failed')],
      'failed',
    ],
    [
      'what reached the person whole, beside a part that did not',
      [delivery('bia', 0, 'read'), delivery('bia', 1, 'failed'), elsewhere('bia', 0, 'delivered')],
      'delivered',
    ],
    [
      'the slowest part of the channel that got furthest',
      [delivery('bia', 0, 'failed'), elsewhere('bia', 0, 'read'), elsewhere('bia', 1, 'sent')],
      'sent',
    ],
  ]
  for (const [name, deliveries, status] of rows) {
    test(`is that of ${name}, in any order`, () => {
      assert.equal(statusOfRank(leastRank(deliveries) ?? assert.fail()), status)
      assert.equal(leastRank(deliveries.toReversed()), leastRank(deliveries))
    })
  }

  test('is none without deliveries', () => {
    assert.equal(leastRank([]), undefined)
  })
})
