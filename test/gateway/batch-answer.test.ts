import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Accepted } from '../../gateway/operations/send.ts'
import type { BatchItem } from '../../gateway/operations/send-batch.ts'
import { acceptedText } from '../../gateway/rest/accepted-text.ts'
import { batchAnswer } from '../../gateway/rest/batch-answer.ts'

const submissionId = '018f3a2b-7c31-7d2e-9f10-aabbccddeeff'
const ids = ['m-1', '', 'a "quoted" one', 'back\\slash', 'olá', '🙂', '\ud800', '\x7f', '</script>']
const items: readonly Accepted[] = [
  submissionId,
  ...ids,
  '"'.repeat(128),
  '\u0001'.repeat(128),
  '€'.repeat(128),
].map((messageId) => {
  const conversationId = messageId === submissionId ? 'c_0' : `c_${messageId}`
  return { status: 'accepted', messageId, submissionId, conversationId, position: 'm3-7f' }
})
const refused: BatchItem = {
  status: 'refused',
  messageId: 'ção 👋 "',
  conversationId: undefined,
  error: { code: 'C4A_BAD_REQUEST', detail: 'é'.repeat(300) },
}

describe('the answer to a batch', () => {
  test('has what the answer to each would have', () => {
    const texts = items.map(acceptedText)
    assert.equal(batchAnswer(items).toString(), `{"items":[${texts.join()}]}`)
  })

  test('has it for items that are alike but for their ids, between any others', () => {
    const usual = Array.from({ length: 1_000 }, (_, nth): Accepted => {
      const id = `018f3a2b-7c31-7d2e-9f10-${String(nth).padStart(12, '0')}`
      const conversationId = `c_${String(nth).padStart(22, '-')}`
      const position = `m${nth % 7}-${(nth * 40).toString(36)}`
      const own = { status: 'accepted', submissionId: id, conversationId, position } as const
      return { ...own, messageId: nth % 10 === 9 ? 'mine' : id }
    })
    const mixed = usual.flatMap((each, nth) => [each, ...items.slice(0, nth % 3)])
    for (const all of [usual, mixed]) {
      const texts = all.map(acceptedText)
      assert.equal(batchAnswer(all).toString(), `{"items":[${texts.join()}]}`)
    }
  })

  test('has what was not accepted in its place', () => {
    const [first, second] = items
    assert.ok(first && second)
    const all = [refused, first, refused, second, refused]
    const { conversationId: _, ...said } = refused
    assert.deepEqual(JSON.parse(batchAnswer(all).toString()), {
      items: [said, first, said, second, said],
    })
  })

  test('is JSON for none and for a thousand', () => {
    for (const count of [0, 1, 1_000]) {
      const many = Array.from({ length: count }, (_, nth) => items[nth % items.length])
      const answer = batchAnswer(many as readonly BatchItem[]).toString()
      assert.equal((JSON.parse(answer) as { items: unknown[] }).items.length, count)
    }
  })
})
