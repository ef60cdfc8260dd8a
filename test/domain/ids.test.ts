import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { echoOf, longestEchoedId, readEcho } from '../../domain/echo.ts'
import {
  deliveryIdOf,
  eventIdOf,
  inboundMessageId,
  inboundSubmissionId,
  keyedIds,
  providerIdIn,
  timerIdOf,
} from '../../domain/ids.ts'
import { instant } from '../../domain/instant.ts'

const ids = keyedIds(new TextEncoder().encode('a secret for tests'))
const others = keyedIds(new TextEncoder().encode('another secret'))
const bia = ['default', 'whatsapp', 'demo', '5511999990002'] as const

describe('derived ids', () => {
  test('are the same wherever they are derived, and others under another secret', () => {
    assert.equal(ids.conversation(...bia), ids.conversation(...bia))
    assert.notEqual(ids.conversation(...bia), others.conversation(...bia))
    assert.notEqual(ids.digest('{}'), others.digest('{}'))
  })

  test('have the form that keys and the API rely on', () => {
    assert.match(ids.conversation(...bia), /^c_[\w-]{22}$/)
    assert.match(ids.participant(...bia), /^p_[\w-]{22}$/)
    assert.match(ids.digest('{}'), /^[0-9a-f]{32}$/)
  })

  test('are for one purpose only: a conversation does not give its participant away', () => {
    assert.notEqual(ids.conversation(...bia).slice(2), ids.participant(...bia).slice(2))
  })

  for (let part = 0; part < bia.length; part++) {
    test(`depend on ${['tenant', 'channel', 'account', 'address'][part]}`, () => {
      const [tenant, channel, account, address] = bia.map((each, at) =>
        at === part ? `${each}x` : each,
      )
      assert.ok(tenant && channel && account && address)
      assert.notEqual(ids.conversation(tenant, channel, account, address), ids.conversation(...bia))
    })
  }

  test('of a delivery tell every part of it apart', () => {
    const all = [
      deliveryIdOf('t', 'm', 'p', 0, 'whatsapp'),
      deliveryIdOf('u', 'm', 'p', 0, 'whatsapp'),
      deliveryIdOf('t', 'n', 'p', 0, 'whatsapp'),
      deliveryIdOf('t', 'm', 'q', 0, 'whatsapp'),
      deliveryIdOf('t', 'm', 'p', 1, 'whatsapp'),
      deliveryIdOf('t', 'm', 'p', 0, 'telegram'),
    ]
    assert.equal(new Set(all).size, all.length)
    assert.equal(all[0], deliveryIdOf('t', 'm', 'p', 0, 'whatsapp'))
    for (const id of all) assert.match(id, /^[0-9a-f]{32}$/)
  })

  test('of events, timers and submissions never meet, even over the same parts', () => {
    const all = [eventIdOf('a', '1'), timerIdOf('a', '1'), inboundSubmissionId('a', 1, 0, 0)]
    assert.equal(new Set(all).size, all.length)
    assert.notEqual(eventIdOf('a', 'bc'), eventIdOf('ab', 'c'))
  })

  test('of a submission differ by each of its parts', () => {
    const all = [
      inboundSubmissionId('a', 1, 2, 3),
      inboundSubmissionId('b', 1, 2, 3),
      inboundSubmissionId('a', 2, 2, 3),
      inboundSubmissionId('a', 1, 3, 3),
      inboundSubmissionId('a', 1, 2, 4),
    ]
    assert.equal(new Set(all).size, all.length)
  })
})

test("an inbound id gives its platform id back, and nobody else's", () => {
  const id = inboundMessageId('telegram', 'demo', '-100:42')
  assert.equal(providerIdIn(id, 'telegram', 'demo'), '-100:42')
  assert.equal(providerIdIn(id, 'telegram', 'other'), undefined)
  assert.equal(providerIdIn(id, 'whatsapp', 'demo'), undefined)
  assert.equal(providerIdIn('m1', 'telegram', 'demo'), undefined)
})

test('an echo names delivery, attempt and message, in at most 100 characters', () => {
  const deliveryId = 'a'.repeat(32)
  const attempt = 999_999_999
  for (const messageId of ['m.1', 'a b', '\u2028', 'm'.repeat(longestEchoedId), 'ã'.repeat(20)]) {
    const echo = echoOf(deliveryId, attempt, messageId)
    assert.deepEqual(readEcho(echo), { deliveryId, attempt, messageId })
    assert.ok(echo.length <= 100)
  }
  for (const messageId of ['m'.repeat(longestEchoedId + 1), 'ã'.repeat(21)]) {
    const echo = echoOf(deliveryId, attempt, messageId)
    assert.deepEqual(readEcho(echo), { deliveryId, attempt, messageId: null })
  }
})

test('instants are RFC 3339 in UTC', () => {
  assert.equal(instant(0), '1970-01-01T00:00:00.000Z')
})
