import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SendOutcome } from '../../connectors/contract.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { fact, minute, scene } from './deliver-scene.ts'
import { deliveryOf, messageOf } from './fixtures.ts'
import { nowMs } from './run-stage.ts'

const closed: SendOutcome = { kind: 'refused', reason: 'window-closed', detail: '131047' }

describe('deliver, when the window is closed', () => {
  test('fails where nothing else is said', async () => {
    const { turn } = scene([closed])
    assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 1, 'window-closed', false])
  })

  describe('and the policy is to hold', () => {
    const holding = (history = memoryHistory()) => {
      const writes = (acceptedAt: number) =>
        history.apply({
          messages: [
            messageOf({ direction: 'inbound', messageId: `in:${acceptedAt}`, acceptedAt }),
          ],
          ...{ rejections: [], deliveries: [], receipts: [] },
        })
      return { ...scene([closed], { with: { whenClosed: 'hold' }, history }), writes }
    }

    test('waits until the person writes, and asks the platform for nothing meanwhile', async () => {
      const { turn, sent, writes } = holding()
      const first = await turn()
      assert.deepEqual([first.kind, first.reason, first.afterMs], ['hold', 'window-closed', 15_000])
      assert.deepEqual(fact(first.receipts[0]), ['held', 1, 'window-closed', false])
      assert.equal(first.receipts[0]?.detail, '131047')
      assert.equal((await turn(deliveryOf(), nowMs + minute)).kind, 'hold')
      assert.equal(sent.length, 1)

      await writes(nowMs - 1)
      assert.equal((await turn(deliveryOf(), nowMs + 2 * minute)).kind, 'hold')
      await writes(nowMs + 2 * minute)
      const { kind, receipts } = await turn(deliveryOf(), nowMs + 3 * minute)
      assert.equal(kind, 'done')
      assert.equal(receipts[0]?.kind, 'sent')
      assert.equal(sent.length, 2)
    })

    test('ends at the deadline', async () => {
      const { turn, sent } = holding()
      const delivery = deliveryOf({ expiresAt: nowMs + minute })
      await turn(delivery)
      const { kind, receipts } = await turn(delivery, nowMs + minute)
      assert.equal(kind, 'done')
      assert.deepEqual(fact(receipts[0]), ['failed', 2, 'expired', false])
      assert.equal(sent.length, 1)
    })

    test('hears of a cancellation at its next look', async () => {
      const { turn, ledger } = holding()
      const { deliveryId, digest } = deliveryOf()
      await turn()
      assert.equal(await ledger.cancel(deliveryId, digest, 'cancelled', nowMs), true)
      const { kind, receipts } = await turn(deliveryOf(), nowMs + minute)
      assert.deepEqual([kind, receipts[0]?.reason], ['done', 'cancelled'])
    })
  })
})
