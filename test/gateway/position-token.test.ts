import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionTokens } from '../../gateway/operations/position-token.ts'
import { isCode } from '../../topology/contract/errors.ts'

const tokens = positionTokens({
  submitted: 'messages.submitted',
  rejected: 'messages.rejected',
  receipts: 'receipts',
  conversations: 'directory.conversations',
  reads: 'directory.reads',
  members: 'directory.members',
  events: 'events',
  keys: 'directory.keys',
  inbound: {},
})

test('a position is read back as it was written', () => {
  for (const topic of ['messages.submitted', 'directory.conversations']) {
    for (const offset of [0, 35, 36, 123_456_789, Number.MAX_SAFE_INTEGER]) {
      const position = { topic, partition: 119, offset }
      const token = tokens.write(position)
      assert.match(token, /^[\w-]+$/, 'it goes into a query as it is')
      assert.deepEqual(tokens.read(token), position)
    }
  }
})

for (const token of ['', 'm', 'm0', 'm-1', 'x0-0', 'M0-0', 'm0-0 ', 'm0-zzzzzzzzzzz', 'm0-1.5']) {
  test(`'${token}' was never given out`, () => {
    assert.throws(
      () => tokens.read(token),
      (error) => isCode(error, 'C4A_BAD_REQUEST'),
    )
  })
}
