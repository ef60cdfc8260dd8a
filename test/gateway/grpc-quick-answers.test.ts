import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadProtos } from '../../gateway/grpc/load-protos.ts'
import { quickAnswers } from '../../gateway/grpc/quick-answers.ts'

const plain = loadProtos().messages
const quick = quickAnswers(plain)

const accepted = {
  messageId: 'm-1',
  submissionId: '01890a5d-ac96-774b-bcce-b302099a8057',
  conversationId: 'abcdefghijklmnopqrstuv',
  status: 'accepted',
  position: 'bS40LjEyMzQ1',
}

/** Ids as clients may choose them, at the borders of what is written quickly and beyond. */
const ids = [
  '',
  'a',
  '~ ',
  'a'.repeat(127),
  'a'.repeat(128),
  'ção',
  '日本',
  '\u007f',
  '\n',
  '\ud800',
]

const items: readonly object[] = [
  ...ids.map((messageId) => ({ ...accepted, messageId })),
  ...ids.map((conversationId) => ({ ...accepted, conversationId })),
  { ...accepted, messageId: 'a'.repeat(127), conversationId: 'b'.repeat(127) },
  { status: 'refused', messageId: undefined, error: { code: 'C4A_BAD_REQUEST', detail: 'não' } },
  { status: 'not-attempted', messageId: 'x', error: { code: 'C4A_CONFLICT', detail: '' } },
]

/** Fields in any order are the same message: what a client reads is compared. */
const read = (method: 'Send' | 'SendBatch' | 'SendStream', bytes: Buffer | undefined): unknown =>
  plain[method]?.responseDeserialize(bytes ?? Buffer.alloc(0))

test('answers of sends read as the proto writes them, whatever ids they have', () => {
  for (const item of items.slice(0, ids.length * 2 + 1)) {
    assert.deepEqual(
      read('Send', quick['Send']?.responseSerialize(item)),
      read('Send', plain['Send']?.responseSerialize(item)),
    )
  }
  for (const method of ['SendBatch', 'SendStream'] as const) {
    for (const some of [[], items, ...items.map((item) => [item, item])]) {
      assert.deepEqual(
        read(method, quick[method]?.responseSerialize({ items: some })),
        read(method, plain[method]?.responseSerialize({ items: some })),
      )
    }
  }
})

test('a usual answer is byte for byte what the proto writes', () => {
  assert.deepEqual(
    quick['Send']?.responseSerialize(accepted),
    plain['Send']?.responseSerialize(accepted),
  )
  const answer = { items: [accepted, accepted] }
  assert.deepEqual(
    quick['SendStream']?.responseSerialize(answer),
    plain['SendStream']?.responseSerialize(answer),
  )
})
