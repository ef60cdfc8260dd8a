import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { History } from '../../storage/ports/history.ts'
import { batchOf, noon, type Story, shuffled } from './history-story.ts'

/** Which of several requests under one id is the message. */
export function historyRepetitionCases(fresh: () => Promise<[History, Story]>): void {
  test('lets no repetition touch the message it repeats', async () => {
    const [history, tell] = await fresh()
    // accepted earlier by another gateway's clock, and still the one that was refused
    const again = tell.message({
      submissionId: 's-0',
      acceptedAt: noon - 9,
      conversationId: 'c-x',
    })
    await history.apply(batchOf({ messages: [tell.message(), again] }))
    await history.apply(batchOf({ rejections: [refusal(tell, 's-0', 'id-reused')] }))
    const view = await history.message(tell.tenant, 'm-1')
    assert.deepEqual([view?.status, view?.message.submissionId], ['accepted', 's-1'])
    assert.deepEqual(await pageOf(history, tell, 'c-x'), [])
    assert.deepEqual(await pageOf(history, tell), [['s-1', 'accepted']])
  })

  for (const seed of [1, 2, 3]) {
    test(`shows what went out where each request was told to repeat another (order ${seed})`, async () => {
      const [history, tell] = await fresh()
      const [first, second, third] = requests(tell)
      const to = tell.delivery()
      const batches = [
        batchOf({ messages: [first, second, third] }),
        batchOf({ deliveries: [to], receipts: [tell.receipt(to, 'delivered')] }),
        ...['s-1', 's-2', 's-3'].map((id) => batchOf({ rejections: [refusal(tell, id)] })),
      ]
      for (const batch of shuffled(batches, seed)) await history.apply(batch)
      const view = await history.message(tell.tenant, 'm-1')
      assert.deepEqual([view?.message.submissionId, view?.status], ['s-1', 'delivered'])
      assert.deepEqual([view?.reason, view?.counts], [null, { delivered: 1 }])
      assert.deepEqual(
        view?.history.map(({ kind }) => kind),
        ['accepted'],
      )
      assert.deepEqual(await pageOf(history, tell), [['s-1', 'delivered']])
    })
  }

  test('shows what a person wrote once, where each time it was told to repeat the other', async () => {
    const [history, tell] = await fresh()
    const messages = requests(tell, 'inbound').slice(0, 2)
    const rejections = [refusal(tell, 's-1'), refusal(tell, 's-2')]
    await history.apply(batchOf({ messages, rejections }))
    assert.equal((await history.message(tell.tenant, 'm-1'))?.status, 'received')
    assert.deepEqual(await pageOf(history, tell), [['s-1', 'received']])
    const writer = { participantId: 'key-1', channel: 'telegram' }
    assert.equal(await history.lastInbound(tell.tenant, 'c-ana', writer), noon)
  })

  test('prefers the request that was never refused, though it came last', async () => {
    const [history, tell] = await fresh()
    await history.apply(batchOf({ messages: requests(tell) }))
    const rejections = [refusal(tell, 's-1'), refusal(tell, 's-2')]
    await history.apply(batchOf({ rejections }))
    assert.equal((await history.message(tell.tenant, 'm-1'))?.message.submissionId, 's-3')
    assert.deepEqual(await pageOf(history, tell), [['s-3', 'accepted']])
  })

  test('tells why the message itself was rejected, whatever its requests were told', async () => {
    const [history, tell] = await fresh()
    const [first, second] = requests(tell)
    const rejections = [refusal(tell, 's-1'), refusal(tell, 's-2'), tell.rejection()]
    await history.apply(batchOf({ messages: [first, second], rejections }))
    const view = await history.message(tell.tenant, 'm-1')
    assert.deepEqual([view?.status, view?.reason], ['rejected', 'unknown-conversation'])
    assert.deepEqual(await pageOf(history, tell), [['s-1', 'rejected']])
  })

  test('shows nothing for a repetition of what is not known', async () => {
    const [history, tell] = await fresh()
    const [first, second] = requests(tell)
    await history.apply(batchOf({ messages: [first], rejections: [refusal(tell, 's-1')] }))
    assert.equal(await history.message(tell.tenant, 'm-1'), undefined)
    // Nor where another used the id for something else.
    const reused = refusal(tell, 's-2', 'id-reused')
    await history.apply(batchOf({ messages: [second], rejections: [reused] }))
    assert.equal(await history.message(tell.tenant, 'm-1'), undefined)
    assert.deepEqual(await pageOf(history, tell), [])
  })
}

/** Three under one id, in the order of their acceptance. */
function requests(tell: Story, direction = 'outbound') {
  const nth = (n: number) =>
    tell.message({ submissionId: `s-${n}`, acceptedAt: noon + n - 1, direction })
  return [nth(1), nth(2), nth(3)] as const
}

const refusal = (tell: Story, submissionId: string, reason = 'duplicate') =>
  tell.rejection({ submissionId, scope: 'submission', stage: 'dedup', reason })

async function pageOf(history: History, { tenant }: Story, conversationId = 'c-ana') {
  const page = await history.messages(tenant, conversationId, { limit: 9 })
  return page.map(({ message, status }) => [message.submissionId, status])
}
