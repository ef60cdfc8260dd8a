import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TablesTrust } from '../../cli/compose/tables-trust.ts'
import { trustedHistory } from '../../cli/compose/trusted-history.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'

const empty = { messages: [], rejections: [], deliveries: [], receipts: [] }

test('tables are checked once for many, and again after trouble, before anything is written to them', async () => {
  const happened: string[] = []
  const history = memoryHistory()
  const apply = async () => void happened.push('apply')
  const trust = new TablesTrust(async () => {
    await Promise.resolve()
    happened.push('check')
  })
  const guarded = trustedHistory({ ...history, apply }, trust)
  await Promise.all([guarded.apply(empty), guarded.apply(empty)])
  trust.doubt()
  await guarded.apply(empty)
  await guarded.resolve([])
  assert.deepEqual(happened, ['check', 'apply', 'apply', 'check', 'apply'])
})

test('a check that failed lets nothing through, and is made again', async () => {
  let checks = 0
  const trust = new TablesTrust(async () => {
    if (++checks === 1) throw new Error('away')
  })
  const guarded = trustedHistory(memoryHistory(), trust)
  await assert.rejects(guarded.apply(empty), /away/)
  await guarded.apply(empty)
  assert.equal(checks, 2)
})
