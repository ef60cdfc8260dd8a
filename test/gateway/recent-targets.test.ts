import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecentTargets } from '../../gateway/operations/recent-targets.ts'

const to = (address: string, account?: string) =>
  account === undefined ? { channel: 'w', address } : { channel: 'w', address, account }

test('a target is that of its tenant, channel, account and address', () => {
  const targets = new RecentTargets<string>(10)
  targets.set('t', to('1'), 'plain')
  targets.set('t', to('1', 'a'), 'of account a')
  assert.equal(targets.get('t', to('1')), 'plain')
  assert.equal(targets.get('t', to('1', 'a')), 'of account a')
  for (const other of [to('2'), to('1', 'b'), { channel: 'x', address: '1' }]) {
    assert.equal(targets.get('t', other), undefined)
  }
  assert.equal(targets.get('u', to('1')), undefined)
})

test('what is asked for stays, what is not goes, and no more than two halves are held', () => {
  const targets = new RecentTargets<number>(10)
  targets.set('t', to('asked'), -1)
  targets.set('t', to('not asked'), -2)
  for (let n = 0; n < 100; n++) {
    assert.equal(targets.get('t', to('asked')), -1)
    targets.set('t', to(String(n)), n)
  }
  assert.equal(targets.get('t', to('not asked')), undefined)
  const held = Array.from({ length: 100 }, (_, n) => targets.get('t', to(String(n))))
  assert.ok(held.filter((each) => each !== undefined).length <= 20)
})
