import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { acceptedText } from '../../gateway/rest/accepted-text.ts'

const ids = ['m-1', '', 'a "quoted" one', 'back\\slash', 'olá', '🙂', '\ud800', '\x7f', '</script>']

describe('the text of an accepted message', () => {
  for (const messageId of ids) {
    test(`is JSON whatever the client's id is: ${JSON.stringify(messageId)}`, () => {
      const accepted = {
        status: 'accepted',
        messageId,
        submissionId: '018f3a2b-7c31-7d2e-9f10-aabbccddeeff',
        conversationId: `c_${messageId}`,
        position: 'm3-7f',
      } as const
      assert.deepEqual(JSON.parse(acceptedText(accepted)), accepted)
      const minted = { ...accepted, messageId: accepted.submissionId }
      assert.deepEqual(JSON.parse(acceptedText(minted)), minted)
    })
  }
})
