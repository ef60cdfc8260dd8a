import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternate } from '../../bench/harness/alternate.ts'

test('sides run in turn, which goes first alternates, and the first round only warms up', async () => {
  const ran: string[] = []
  const ours = [1000, 2, 6, 4]
  const side = (name: string, next: () => number) => async () => {
    ran.push(name)
    return next()
  }
  const compared = await alternate(
    3,
    side('ours', () => ours.shift() ?? 0),
    side('bare', () => 2),
  )
  assert.deepEqual(ran, ['ours', 'bare', 'bare', 'ours', 'ours', 'bare', 'bare', 'ours'])
  assert.deepEqual(compared, { ours: 4, bare: 2, ratio: 2, spread: { min: 1, max: 3 } })
})
