import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressIds } from '../../stages/address-ids.ts'
import { ids } from './fixtures.ts'

test('the ids of an address are those that are derived, the first time and afterwards', () => {
  const idsOf = addressIds(ids)
  const places = [
    ['whatsapp', 'demo', 'default', '1'],
    ['whatsapp', 'demo', 'default', '2'],
    ['telegram', 'demo', 'default', '1'],
    ['whatsapp', 'other', 'default', '1'],
    ['whatsapp', 'demo', 'acme', '1'],
  ] as const
  for (const [channel, id, tenant, address] of [...places, ...places]) {
    const conversationId = ids.conversation(tenant, channel, id, address)
    assert.deepEqual(idsOf(channel, { id, tenant }, address), {
      conversationId,
      participantId: ids.participant(tenant, channel, id, address),
      key: `${tenant}/${conversationId}`,
    })
  }
})

test('an address that comes again is derived once', () => {
  let derived = 0
  const conversation = (...parts: Parameters<typeof ids.conversation>) => {
    derived++
    return ids.conversation(...parts)
  }
  const idsOf = addressIds({ ...ids, conversation })
  for (let n = 0; n < 3; n++) idsOf('whatsapp', { id: 'demo', tenant: 'default' }, '1')
  assert.equal(derived, 1)
})
