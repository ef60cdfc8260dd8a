import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountGroups } from '../../stages/account-groups.ts'

test('a delivery is of the group of its own account, whichever was asked for before', () => {
  const groups = new AccountGroups()
  const of = (tenant: string, account: string) => groups.of({ tenant, account })
  const asked = [
    of('', ''),
    of('default', 'demo'),
    of('default', 'demo'),
    of('default', 'other'),
    of('acme', 'other'),
    of('default', 'demo'),
  ]
  assert.deepEqual(asked, [
    '/',
    'default/demo',
    'default/demo',
    'default/other',
    'acme/other',
    'default/demo',
  ])
})
