import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deliveryReceipt, sentFact, troubleFact } from '../../stages/delivery-receipt.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { deliveryOf, messageOf, toolsOf } from './fixtures.ts'
import { nowMs } from './run-stage.ts'
import {
  delivery,
  fromWebhook,
  id,
  key,
  receipt,
  sent,
  submitted,
  told,
  updater,
} from './status-scene.ts'

describe('status-update', () => {
  describe('for a delivery that is not known yet', () => {
    const early = fromWebhook('read')

    test('looks again after a wait, doubled each time', async () => {
      const waits: (number | undefined)[] = []
      const timers = new Set<string | undefined>()
      for (const hop of [0, 1, 2]) {
        const [emit] = await updater().run(receipt(early, { 'c4a-hop': String(hop) }))
        assert.ok(emit?.to === 'later')
        assert.equal(emit.value, early)
        assert.equal(emit.key, key)
        waits.push(emit.dueMs)
        timers.add(emit.timerId)
      }
      assert.deepEqual(waits, [nowMs + 2000, nowMs + 4000, nowMs + 8000])
      // A timer that woke a record may not be forgotten yet when the next wait is scheduled.
      assert.equal(timers.size, 3)
    })

    test('schedules the same look once when a batch is done again', async () => {
      const [[first], [second]] = [
        await updater().run(receipt(early)),
        await updater().run(receipt(early)),
      ]
      assert.ok(first?.to === 'later' && second?.to === 'later')
      assert.equal(first.timerId, second.timerId)
    })

    test('keeps it apart when it waited for too long', async () => {
      const waited = (hop: number) => updater().run(receipt(early, { 'c4a-hop': String(hop) }))
      assert.deepEqual(told(await waited(7)), ['later'])
      assert.deepEqual(told(await waited(8)), ['orphaned'])
    })

    test('tells it when the delivery is known at last', async () => {
      const { run } = updater()
      assert.deepEqual(told(await run(receipt(early))), ['later'])
      await run(delivery(), receipt(sent))
      assert.deepEqual(told(await run(receipt(early, { 'c4a-hop': '1' }))), ['delivery.read'])
    })

    test('finds it in the same batch, whatever comes first', async () => {
      const emits = await updater().run(receipt(early), delivery(), receipt(sent))
      assert.deepEqual(told(emits), ['delivery.read', 'delivery.sent'])
    })

    test('finds it by its id when the platform writes the address in another way', async () => {
      const { run } = updater()
      const elsewhere = fromWebhook('read', { participantId: 'p_ninth_digit' })
      await run(delivery(), receipt(sent))
      assert.deepEqual(told(await run(receipt(elsewhere))), ['delivery.read'])
    })

    test("takes nobody else's for it", async () => {
      const { run } = updater()
      await run(delivery(), receipt(sent))
      for (const fields of [{ tenant: 'other' }, { account: 'other' }, { channel: 'telegram' }]) {
        assert.deepEqual(told(await run(receipt(fromWebhook('read', fields)))), ['later'])
        const inBatch = await run(receipt(sent), receipt(fromWebhook('read', fields)))
        assert.deepEqual(told(inBatch), ['delivery.sent', 'later'])
      }
    })
  })

  describe('with our mark handed back', () => {
    const marked = fromWebhook('delivered', {
      deliveryId: id,
      attempt: 1,
      providerMessageId: 'wamid.7',
    })

    test('finds the delivery by it, without any platform id known', async () => {
      assert.deepEqual(told(await updater().run(delivery(), receipt(marked))), [
        'delivery.delivered',
      ])
    })

    test('finds one that failed for want of an answer, long after it was in a batch', async () => {
      const { run, tools } = updater()
      const failed = troubleFact('failed', 1, 'no-answer', null)
      const failing = receipt(deliveryReceipt(deliveryOf(), failed, nowMs, nowMs))
      await run(submitted(messageOf()), delivery(), failing)
      assert.deepEqual(told(await run(receipt(marked))), ['delivery.delivered'])
      const view = await tools.history.message('default', 'm1')
      assert.equal(view?.deliveries[0]?.status, 'delivered')
    })

    test('asks the tables by it', async () => {
      const history = memoryHistory()
      const asked: unknown[] = []
      const resolve: typeof history.resolve = (refs) => {
        asked.push(...refs.map(({ deliveryId }) => deliveryId))
        return history.resolve(refs)
      }
      await updater(toolsOf({ history: { ...history, resolve } })).run(receipt(marked))
      assert.deepEqual(asked, [id])
    })

    test('settles the attempt, so that it is not sent again', async () => {
      const ledger = memoryLedger()
      const claim = {
        deliveryId: id,
        digest: 'd'.repeat(32),
        epoch: 1,
        deadlineMs: nowMs + 1000,
        resend: false,
      }
      await ledger.claim(claim, nowMs)
      await ledger.record(
        { deliveryId: id, attempt: 1, epoch: 1, outcome: { kind: 'unknown' } },
        nowMs,
      )
      await updater(toolsOf({ ledger })).run(receipt(marked))
      assert.deepEqual(await ledger.claim(claim, nowMs), {
        kind: 'sent',
        attempt: 1,
        providerMessageId: 'wamid.7',
        afterUnknown: false,
      })
    })

    test('settles each attempt once in a batch, and nothing on our own word or without a platform id', async () => {
      const settled: unknown[] = []
      const ledger = memoryLedger()
      const settle: typeof ledger.settle = async (...args) => {
        settled.push(args)
      }
      await updater(toolsOf({ ledger: { ...ledger, settle } })).run(
        receipt(sent),
        receipt(marked),
        receipt({ ...marked, kind: 'read' }),
        receipt({ ...marked, attempt: 2 }),
        receipt({ ...marked, attempt: 0 }),
        receipt({ ...marked, attempt: 3, providerMessageId: null }),
      )
      assert.deepEqual(settled, [
        [id, 1, 'wamid.7', nowMs],
        [id, 2, 'wamid.7', nowMs],
      ])
    })
  })

  describe('with a watermark', () => {
    const read = fromWebhook('read', { providerMessageId: null, watermark: nowMs - 100 })
    const second = deliveryOf({ deliveryId: 'b'.repeat(32), messageId: 'm2' })
    const tooLate = deliveryOf({ deliveryId: 'c'.repeat(32), messageId: 'm3' })
    const sentTwo = deliveryReceipt(second, sentFact(1, 'wamid.2', false), nowMs - 100, nowMs)
    const sentThree = deliveryReceipt(tooLate, sentFact(1, 'wamid.3', false), nowMs - 99, nowMs)

    test('tells of all that was sent to the person until then', async () => {
      const { run } = updater()
      await run(delivery(), receipt(sent))
      const emits = await run(receipt(sentTwo), receipt(sentThree), receipt(read))
      const readOnes = emits.flatMap((emit) =>
        emit.to === 'events' && emit.value.type === 'delivery.read' ? [emit.value.messageId] : [],
      )
      assert.deepEqual(readOnes, ['m1', 'm2'])
    })

    test('leaves out what was sent to others, and what the tables told already', async () => {
      const { run } = updater()
      await run(receipt(sent))
      const elsewhere = { ...sentTwo, participantId: 'p_caio' }
      const emits = await run(receipt(sent), receipt(elsewhere), receipt(read))
      assert.equal(told(emits).filter((type) => type === 'delivery.read').length, 1)
    })

    test('looks as often as any receipt, for sendings that are told in a partition with a backlog', async () => {
      const { run } = updater()
      assert.deepEqual(told(await run(receipt(read))), ['later'])
      assert.deepEqual(told(await run(receipt(read, { 'c4a-hop': '1' }))), ['later'])
      await run(receipt(sent))
      const emits = await run(receipt(read, { 'c4a-hop': '2' }))
      assert.deepEqual(told(emits), ['delivery.read', 'later'])
    })

    test('looks once more only where it tells of a delivery: each look would tell it again', async () => {
      const { run } = updater()
      const delivered = { ...read, kind: 'delivered' } as const
      assert.deepEqual(told(await run(receipt(delivered))), ['later'])
      assert.deepEqual(told(await run(receipt(delivered, { 'c4a-hop': '1' }))), [])
    })

    test('is never an orphan: it names no delivery that could be missing', async () => {
      assert.deepEqual(await updater().run(receipt(read, { 'c4a-hop': '20' })), [])
    })
  })
})
