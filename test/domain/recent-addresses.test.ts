import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentAddresses } from '../../domain/recent-addresses.ts'

const at = (address: string, account?: string) =>
  account === undefined ? { channel: 'w', address } : { channel: 'w', address, account }

test('what is remembered is that of its tenant, channel, account and address', () => {
  const recent = new RecentAddresses<string>(10)
  recent.set('t', at('1'), 'plain')
  recent.set('t', at('1', 'a'), 'of account a')
  assert.equal(recent.get('t', at('1')), 'plain')
  assert.equal(recent.get('t', at('1', 'a')), 'of account a')
  for (const other of [at('2'), at('1', 'b'), { channel: 'x', address: '1' }]) {
    assert.equal(recent.get('t', other), undefined)
  }
  assert.equal(recent.get('u', at('1')), undefined)
})

test('what is asked for stays, what is not goes, and no more than two halves are held', () => {
  const recent = new RecentAddresses<number>(10)
  recent.set('t', at('asked'), -1)
  recent.set('t', at('not asked'), -2)
  for (let n = 0; n < 100; n++) {
    assert.equal(recent.get('t', at('asked')), -1)
    recent.set('t', at(String(n)), n)
  }
  assert.equal(recent.get('t', at('not asked')), undefined)
  const held = Array.from({ length: 100 }, (_, n) => recent.get('t', at(String(n))))
  assert.ok(held.filter((each) => each !== undefined).length <= 20)
})
