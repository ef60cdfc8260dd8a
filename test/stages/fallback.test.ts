import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deliveryIdOf, fallbackIdOf } from '../../domain/ids.ts'
import type { Delivery, Fallback, Message, Receipt } from '../../schemas/types.ts'
import { deliveryReceipt, sentFact, troubleFact } from '../../stages/delivery-receipt.ts'
import { fallback } from '../../stages/fallback.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import type { History } from '../../storage/ports/history.ts'
import { bia, biaId, capabilities, channelsOf, deliveryOf, messageOf, toolsOf } from './fixtures.ts'
import { inputOf, nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const minute = 60_000
const settings = { look: 1_000, onUnknown: 'stay' }
const outputs = ['whatsapp', 'telegram', 'messenger', 'again', 'receipts', 'rejected']
const telegram = { channel: 'telegram', account: 'demo', address: '900' }
const messenger = { channel: 'messenger', account: 'demo', address: '7100' }

/** To Bia on WhatsApp; on Telegram where that takes five minutes, and on Messenger where that fails. */
const falling = (fields: Partial<Message> = {}) =>
  messageOf({
    fallback: [
      { ...telegram, afterMs: 5 * minute },
      { ...messenger, afterMs: null },
    ],
    ...fields,
  })

const watchedOf = (fields: Partial<Fallback> = {}): Fallback => ({
  message: falling(),
  participantId: biaId,
  channel: bia.channel,
  parts: 1,
  next: 0,
  since: nowMs,
  looks: 1,
  ...fields,
})

const first = deliveryOf({
  deliveryId: deliveryIdOf('default', 'm1', biaId, 0, bia.channel),
  fallback: true,
})
const failed = (reason: string) => troubleFact('failed', 1, reason, 'The platform said so.')
const receiptOf = (delivery: Delivery, fact: Parameters<typeof deliveryReceipt>[1], atMs = nowMs) =>
  deliveryReceipt(delivery, fact, atMs, atMs)
const delivered = (delivery: Delivery): Receipt => ({
  ...receiptOf(delivery, sentFact(1, 'wamid.1', false)),
  kind: 'delivered',
})

function scene(can: 'all' | 'sent' = 'all', with_: object = {}) {
  const history = memoryHistory()
  const ledger = memoryLedger()
  const channels = channelsOf({
    capabilities: () => ({
      ...capabilities,
      ...(can === 'sent' && { receipts: ['sent'] as const }),
    }),
  })
  const tools = toolsOf({ history, ledger, channels })
  const id = 'fallback'
  const body = fallback.create({ id, settings: { ...settings, ...with_ }, outputs, tools })
  return {
    history,
    ledger,
    knows: (delivery: Delivery, ...receipts: readonly Receipt[]) =>
      knows(history, falling(), delivery, receipts),
    async look(value = watchedOf(), atMs = nowMs + 1_000) {
      const [emits = []] = await runStage(body, [inputOf('in', value)], atMs)
      return emits
    },
    async status() {
      return (await history.message('default', 'm1'))?.status
    },
  }
}

const knows = (
  history: History,
  message: Message,
  delivery: Delivery,
  receipts: readonly Receipt[],
) =>
  history.apply({
    messages: [message],
    rejections: [],
    deliveries: [delivery],
    receipts: receipts.map((receipt) => ({ receipt, delivery })),
  })

const portsOf = (emits: Awaited<ReturnType<ReturnType<typeof scene>['look']>>) =>
  emits.map(({ to }) => to)

stageSuite(fallback, {
  settings,
  outputs,
  async tools() {
    const history = memoryHistory()
    await knows(history, falling(), first, [receiptOf(first, failed('recipient-gone'))])
    return toolsOf({ history })
  },
  inputs: () => [inputOf('in', watchedOf()), inputOf('in', watchedOf({ looks: 0 }))],
})

describe('fallback', () => {
  test('goes to the next channel when the one before failed, and watches it there', async () => {
    const { knows: knowsOf, look, status } = scene()
    await knowsOf(first, receiptOf(first, failed('recipient-gone')))
    assert.equal(await status(), 'queued')
    const [delivery, again] = await look()
    assert.ok(delivery?.to === 'telegram' && 'content' in delivery.value)
    assert.equal(delivery.value.deliveryId, deliveryIdOf('default', 'm1', biaId, 0, 'telegram'))
    assert.deepEqual([delivery.value.address, delivery.value.fallback], ['900', true])
    assert.ok(again?.to === 'again' && 'next' in again.value)
    const { channel, next, looks } = again.value
    assert.deepEqual([channel, next, looks], ['telegram', 1, 0])
  })

  test('has failed when the last of its channels has', async () => {
    const { knows: knowsOf, look, status } = scene()
    await knowsOf(first, receiptOf(first, failed('recipient-gone')))
    for (const [next, { channel }] of [telegram, messenger].entries()) {
      const emits = await look(watchedOf({ next, channel: next === 0 ? 'whatsapp' : 'telegram' }))
      const [emit] = emits
      assert.ok(emit?.to === channel && 'content' in emit.value)
      assert.equal(portsOf(emits).includes('again'), next === 0)
      await knowsOf(emit.value, receiptOf(emit.value, failed('opted-out')))
      assert.equal(await status(), next === 0 ? 'queued' : 'failed')
    }
  })

  test('gives the same deliveries when it is asked again after a crash', async () => {
    const { knows: knowsOf, look } = scene()
    await knowsOf(first, receiptOf(first, failed('recipient-gone')))
    assert.deepEqual(await look(), await look())
  })

  const stays: readonly (readonly [string, string])[] = [
    ['nobody knows whether it arrived', 'no-answer'],
    ['it was taken back', 'cancelled'],
    ['its time is over', 'expired'],
  ]
  for (const [name, reason] of stays) {
    test(`tries nothing more when ${name}`, async () => {
      const { knows: knowsOf, look, status } = scene()
      await knowsOf(first, receiptOf(first, failed(reason)))
      assert.deepEqual(await look(), [])
      assert.notEqual(await status(), 'queued')
    })
  }

  test('goes on after an unknown only where the policy says so', async () => {
    const { knows: knowsOf, look } = scene('all', { onUnknown: 'move' })
    await knowsOf(first, receiptOf(first, failed('no-answer')))
    assert.deepEqual(portsOf(await look()), ['telegram', 'again'])
  })

  describe('when it is not delivered in time', () => {
    const late = nowMs + 5 * minute

    test('waits as long as it may, and looks at the time', async () => {
      const { knows: knowsOf, look } = scene()
      await knowsOf(first)
      const [again] = await look(watchedOf(), late - 1)
      assert.ok(again?.to === 'again' && 'dueMs' in again)
      assert.equal(again.dueMs, late)
    })

    test('takes back what was not sent, so that it never is, and says so', async () => {
      const { knows: knowsOf, look, ledger } = scene()
      await knowsOf(first)
      const emits = await look(watchedOf(), late)
      assert.deepEqual(portsOf(emits), ['receipts', 'telegram', 'again'])
      const [receipt] = emits
      assert.ok(receipt?.to === 'receipts' && 'reason' in receipt.value)
      assert.deepEqual([receipt.value.kind, receipt.value.reason], ['failed', 'fallen-back'])
      const { deliveryId, digest } = first
      const claim = { deliveryId, digest, epoch: 1, deadlineMs: late + minute, resend: true }
      const verdict = await ledger.claim(claim, late)
      assert.equal(verdict.kind, 'failed')
    })

    test('waits for the end of an attempt that runs', async () => {
      const { knows: knowsOf, look, ledger } = scene()
      await knowsOf(first)
      const { deliveryId, digest } = first
      const claim = { deliveryId, digest, epoch: 1, deadlineMs: late + minute, resend: false }
      assert.equal((await ledger.claim(claim, late)).kind, 'granted')
      assert.deepEqual(portsOf(await look(watchedOf(), late)), ['again'])
    })

    test('stays where an answer got lost, and goes on when it turns out that it was not sent', async () => {
      const { knows: knowsOf, look } = scene()
      await knowsOf(first, receiptOf(first, troubleFact('unknown', 1, 'no-answer', null)))
      assert.deepEqual(portsOf(await look(watchedOf(), late)), ['again'])
      await knowsOf(first, receiptOf(first, failed('recipient-gone'), late))
      assert.deepEqual(portsOf(await look(watchedOf(), late + 1)), ['telegram', 'again'])
    })

    test('goes on from what was sent and not delivered, on a channel that would tell', async () => {
      const { knows: knowsOf, look } = scene()
      await knowsOf(first, receiptOf(first, sentFact(1, 'wamid.1', false)))
      assert.deepEqual(portsOf(await look(watchedOf(), late - 1)), ['again'])
      assert.deepEqual(portsOf(await look(watchedOf(), late)), ['telegram', 'again'])
    })

    test('is content with what was sent on a channel that tells no more', async () => {
      const { knows: knowsOf, look } = scene('sent')
      await knowsOf(first, receiptOf(first, sentFact(1, '77', false)))
      assert.deepEqual(await look(), [])
    })
  })

  test('is over when it was delivered', async () => {
    const { knows: knowsOf, look } = scene()
    await knowsOf(first, delivered(first))
    assert.deepEqual(await look(), [])
  })

  test('is not over while a part is missing from the tables', async () => {
    const { knows: knowsOf, look } = scene()
    await knowsOf(first, delivered(first))
    assert.deepEqual(portsOf(await look(watchedOf({ parts: 2 }))), ['again'])
  })

  test('goes nowhere when it was cancelled before', async () => {
    const { knows: knowsOf, look, ledger } = scene()
    await knowsOf(first, receiptOf(first, failed('recipient-gone')))
    const row = fallbackIdOf('default', 'm1', 0)
    assert.ok(await ledger.cancel(row, falling().digest, 'cancelled', nowMs))
    assert.deepEqual(await look(), [])
  })

  test('ends with a message that was rejected on its way', async () => {
    const { history, look } = scene()
    const { messageId, submissionId, tenant, conversationId, direction } = falling()
    const ids = { messageId, submissionId, tenant, conversationId, direction }
    const said = { scope: 'message', stage: 'deliver.whatsapp', reason: 'internal', detail: '' }
    const rejections = [{ ...ids, ...said, rejectedAt: nowMs }]
    await history.apply({ messages: [falling()], rejections, deliveries: [], receipts: [] })
    assert.deepEqual(await look(), [])
  })

  test('cannot be cancelled any more once it went on', async () => {
    const { knows: knowsOf, look, ledger } = scene()
    await knowsOf(first, receiptOf(first, failed('recipient-gone')))
    await look()
    const row = fallbackIdOf('default', 'm1', 0)
    assert.equal(await ledger.cancel(row, falling().digest, 'cancelled', nowMs), false)
  })

  test('looks less and less often, and ends', async () => {
    const { knows: knowsOf, look } = scene()
    await knowsOf(first, receiptOf(first, sentFact(1, 'wamid.1', false)))
    const message = falling({ fallback: [{ ...telegram, afterMs: null }] })
    let watched = watchedOf({ message })
    let looks = 0
    for (let atMs = nowMs + 1_000; ; looks++) {
      const [emit] = await look(watched, atMs)
      if (!emit) break
      assert.ok(emit.to === 'again' && 'looks' in emit.value && emit.dueMs !== undefined)
      assert.ok(emit.dueMs > atMs && emit.dueMs <= atMs + 30 * minute)
      assert.ok(looks < 199, 'more looks than the loop has hops')
      watched = emit.value
      atMs = emit.dueMs
    }
    assert.ok(looks > 90)
  })

  test('passes over a channel whose account is gone, and says when none is left', async () => {
    const history = memoryHistory()
    const gone = { ...telegram, account: 'gone', afterMs: null }
    const message = falling({ fallback: [gone] })
    await knows(history, message, first, [receiptOf(first, failed('recipient-gone'))])
    const tools = toolsOf({ history })
    const body = fallback.create({ id: 'fallback', settings, outputs, tools })
    const run = async (value: Message) => {
      const [emits = []] = await runStage(body, [inputOf('in', watchedOf({ message: value }))])
      return emits
    }
    const rest = { ...message, fallback: [gone, { ...messenger, afterMs: null }] }
    assert.deepEqual(portsOf(await run(rest)), ['messenger'])
    const [rejected] = await run(message)
    assert.ok(rejected?.to === 'rejected' && 'rejectedAt' in rejected.value)
    assert.equal(rejected.value.reason, 'unknown-account')
    await history.apply({
      ...{ messages: [], deliveries: [], receipts: [], rejections: [rejected.value] },
    })
    assert.equal((await history.message('default', 'm1'))?.status, 'failed')
  })
})
