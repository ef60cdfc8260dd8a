import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import type { Ledger } from '../../storage/ports/ledger.ts'
import { fact, id, minute, scene, transient, unknown } from './deliver-scene.ts'
import { deliveryOf } from './fixtures.ts'
import { nowMs } from './run-stage.ts'

describe('deliver', () => {
  describe('without a readable answer', () => {
    test('tells it, and where nothing can settle it sends again, flagged', async () => {
      const { turn, sent } = scene([unknown])
      const first = await turn()
      assert.deepEqual([first.kind, first.reason, 'afterMs' in first], ['hold', 'no-answer', false])
      assert.deepEqual(fact(first.receipts[0]), ['unknown', 1, 'no-answer', false])
      assert.equal(first.receipts[0]?.detail, 'timed out')
      assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 2, null, true])
      assert.equal(sent.length, 2)
    })

    test('gives a channel that echoes its time to settle it', async () => {
      const { turn, sent } = scene([unknown], { can: { settlement: 'echo' } })
      await turn()
      const waiting = await turn(deliveryOf(), nowMs + 20_000)
      assert.deepEqual([waiting.kind, waiting.afterMs], ['hold', 40_000])
      // The successor of a crashed process tells the fact that its predecessor may not have told.
      assert.deepEqual(fact(waiting.receipts[0]), ['unknown', 1, 'no-answer', false])
      assert.equal(sent.length, 1)
      assert.deepEqual(fact((await turn(deliveryOf(), nowMs + minute)).receipts[0]), [
        'sent',
        2,
        null,
        true,
      ])
    })

    test('does not send again what the echo settled', async () => {
      const { turn, ledger, sent } = scene([unknown], { can: { settlement: 'callback-data' } })
      await turn()
      await ledger.settle(id, 1, 'wamid.9', nowMs + 1000)
      const { kind, receipts } = await turn(deliveryOf(), nowMs + minute)
      assert.equal(kind, 'done')
      assert.deepEqual(fact(receipts[0]), ['sent', 1, null, false])
      assert.equal(receipts[0]?.providerMessageId, 'wamid.9')
      assert.equal(sent.length, 1)
    })

    test('fails where the policy says so, and stays failed', async () => {
      const { turn, sent } = scene([unknown], { with: { onUnknown: 'fail' } })
      await turn()
      assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 1, 'no-answer', false])
      assert.deepEqual(fact((await turn()).receipts[0]), ['failed', 1, 'no-answer', false])
      assert.equal(sent.length, 1)
    })

    test('holds where the policy says so, and then fails', async () => {
      const { turn, sent } = scene([unknown], { with: { onUnknown: 'hold' } })
      await turn()
      const waiting = await turn(deliveryOf(), nowMs + 5 * minute)
      assert.deepEqual([waiting.kind, waiting.afterMs], ['hold', 10 * minute])
      const { kind, receipts } = await turn(deliveryOf(), nowMs + 15 * minute)
      assert.equal(kind, 'done')
      assert.deepEqual(fact(receipts[0]), ['failed', 1, 'no-answer', false])
      assert.equal(sent.length, 1)
    })

    test('is not sent again after it expired', async () => {
      const { turn, sent } = scene([unknown])
      await turn()
      const { receipts } = await turn(deliveryOf(), nowMs + 60 * minute)
      assert.deepEqual(fact(receipts[0]), ['failed', 1, 'expired', false])
      assert.equal(sent.length, 1)
    })

    test('keeps the flag over attempts that were certainly not accepted', async () => {
      const { turn } = scene([unknown, transient])
      await turn()
      await turn()
      assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 3, null, true])
    })

    test('keeps the flag when what was sent is told again from the ledger', async () => {
      const { turn, sent } = scene([unknown])
      await turn()
      await turn()
      assert.deepEqual(fact((await turn()).receipts[0]), ['sent', 2, null, true])
      assert.equal(sent.length, 2)
    })

    test('waits when another owner was faster to claim the repetition', async () => {
      const verdicts = ['unknown', 'unknown'] as const
      let asked = 0
      const ledger: Ledger = {
        ...memoryLedger(),
        claim: async () => ({ kind: verdicts[asked++] ?? 'unknown', attempt: 1, sinceMs: nowMs }),
      }
      const { turn, sent } = scene([], { ledger })
      assert.equal((await turn()).kind, 'hold')
      assert.deepEqual([asked, sent.length], [2, 0])
    })
  })
})
