import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deliveryReceipt, troubleFact } from '../../stages/delivery-receipt.ts'
import { rejectionOf } from '../../stages/rejection.ts'
import { statusUpdate } from '../../stages/status-update.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { biaId, channelsOf, deliveryOf, messageOf, toolsOf, withBia } from './fixtures.ts'
import { nowMs, runStage } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'
import {
  conversation,
  delivery,
  fromBia,
  fromWebhook,
  id,
  receipt,
  received,
  rejected,
  sent,
  settings,
  submitted,
  told,
  updater,
} from './status-scene.ts'

stageSuite(statusUpdate, {
  settings,
  inputs: () => [
    submitted(messageOf()),
    received(messageOf(fromBia)),
    rejected(rejectionOf(messageOf(), 'message', 'route', 'channel-not-served', 'No.', nowMs)),
    delivery(),
    receipt(sent),
    receipt(fromWebhook('read')),
    receipt(fromWebhook('delivered', { providerMessageId: 'wamid.unknown' })),
  ],
})

describe('status-update', () => {
  test('tells that a message was accepted, and writes it down', async () => {
    const { run, tools } = updater()
    const [emit] = await run(submitted(messageOf()))
    assert.ok(emit?.to === 'events')
    const { eventId, ...event } = emit.value
    assert.equal(emit.key, conversation)
    assert.match(eventId, /^[0-9a-f]{32}$/)
    assert.deepEqual(event, {
      tenant: 'default',
      type: 'message.accepted',
      occurredAt: nowMs - 1000,
      messageId: 'm1',
      submissionId: 's1',
      conversationId: withBia,
      participantId: null,
      deliveryId: null,
      channel: 'whatsapp',
      status: 'accepted',
      reason: null,
      detail: null,
      data: null,
    })
    assert.equal((await tools.history.message('default', 'm1'))?.status, 'accepted')
  })

  test('does not tell it again when the message comes round under another conversation', async () => {
    const { run, tools } = updater()
    await run(submitted(messageOf()))
    const moved = messageOf({ conversationId: 'c_other' })
    assert.deepEqual(await run(submitted(moved, { 'c4a-hop': '1' })), [])
    const view = await tools.history.message('default', 'm1')
    assert.equal(view?.message.conversationId, 'c_other')
  })

  test('tells what a person wrote where it was deduplicated, and not where it came in', async () => {
    const { run, tools } = updater()
    const message = messageOf(fromBia)
    assert.deepEqual(await run(submitted(message)), [])
    assert.equal((await tools.history.message('default', message.messageId))?.status, 'received')
    const [emit] = await run(received(message))
    assert.ok(emit?.to === 'events')
    assert.equal(emit.value.type, 'message.received')
    assert.equal(emit.value.participantId, biaId)
    assert.deepEqual(JSON.parse(emit.value.data ?? ''), {
      messageId: 'in:whatsapp:demo:1',
      submissionId: 's1',
      conversationId: withBia,
      direction: 'inbound',
      senderId: biaId,
      channel: 'whatsapp',
      account: 'demo',
      address: '5511999990002',
      acceptedAt: '2025-12-31T23:59:59.000Z',
      metadata: {},
      content: { type: 'text', text: 'hello' },
      status: 'received',
    })
  })

  test('tells it also where the content is sealed or cannot be read', async () => {
    const seal = { keyId: 'k1', algorithm: 'AES-256-GCM', nonce: new Uint8Array(12) }
    for (const fields of [{ seal }, { contentKind: 'hologram' }]) {
      const [emit] = await updater().run(received(messageOf({ ...fromBia, ...fields })))
      assert.ok(emit?.to === 'events')
      assert.equal('content' in JSON.parse(emit.value.data ?? ''), false)
    }
  })

  const rejections = [
    ['message', 'channel-not-served', 'message.rejected', 'rejected'],
    ['submission', 'duplicate', 'submission.duplicate', null],
    ['submission', 'id-reused', 'submission.rejected', null],
  ] as const
  for (const [scope, reason, type, status] of rejections) {
    test(`tells a rejection of the ${scope} for ${reason} as ${type}`, async () => {
      const rejection = rejectionOf(messageOf(), scope, 'route', reason, 'No.', nowMs)
      const [emit] = await updater().run(rejected(rejection))
      assert.ok(emit?.to === 'events')
      const { value } = emit
      assert.deepEqual(
        [value.type, value.status, value.reason, value.detail, value.submissionId],
        [type, status, reason, 'No.', 's1'],
      )
    })
  }

  test('leaves the status of a message alone when a repetition of it is rejected', async () => {
    const { run, tools } = updater()
    const again = messageOf({ submissionId: 's2' })
    const duplicate = rejectionOf(again, 'submission', 'dedup', 'duplicate', 'Again.', nowMs)
    await run(submitted(messageOf()), submitted(again), rejected(duplicate))
    assert.equal((await tools.history.message('default', 'm1'))?.status, 'accepted')
  })

  test('tells each step of a delivery and keeps the furthest', async () => {
    const { run, tools } = updater()
    const emits = await run(
      submitted(messageOf()),
      delivery(),
      receipt(sent),
      receipt(fromWebhook('delivered')),
      receipt(fromWebhook('read')),
    )
    assert.deepEqual(told(emits), [
      'message.accepted',
      'delivery.sent',
      'delivery.delivered',
      'delivery.read',
    ])
    const last = emits.at(-1)
    assert.ok(last?.to === 'events')
    assert.equal(last.key, conversation)
    assert.deepEqual(
      [last.value.deliveryId, last.value.messageId, last.value.status, last.value.occurredAt],
      [id, 'm1', 'read', nowMs - 50],
    )
    assert.equal((await tools.history.message('default', 'm1'))?.status, 'read')
  })

  const kinds = [
    ['held', 'delivery.held', 'queued'],
    ['unknown', 'delivery.unknown', 'unknown'],
    ['failed', 'delivery.failed', 'failed'],
  ] as const
  for (const [kind, type, status] of kinds) {
    test(`tells ${kind} as ${type}`, async () => {
      const value = deliveryReceipt(
        deliveryOf(),
        troubleFact(kind, 1, 'transient', 'x'),
        nowMs,
        nowMs,
      )
      const [emit] = await updater().run(receipt(value))
      assert.ok(emit?.to === 'events')
      assert.deepEqual(
        [emit.value.type, emit.value.status, emit.value.reason, emit.value.detail],
        [type, status, 'transient', 'x'],
      )
    })
  }

  test('tells each wait that has another reason', async () => {
    const held = (reason: string, attempt: number) =>
      receipt(
        deliveryReceipt(deliveryOf(), troubleFact('held', attempt, reason, null), nowMs, nowMs),
      )
    const emits = await updater().run(held('transient', 1), held('channel-auth', 2))
    assert.deepEqual(told(emits), ['delivery.held', 'delivery.held'])
  })

  test("does not tell a second time that it was sent when the platform's receipt says so", async () => {
    const { run } = updater()
    await run(delivery(), receipt(sent))
    assert.deepEqual(await run(receipt(fromWebhook('sent'))), [])
  })

  test('tells nothing of an attempt that only began', async () => {
    assert.deepEqual(await updater().run(receipt({ ...sent, kind: 'attempted' })), [])
  })

  test('tells the same events when a batch is done again, each once in a batch', async () => {
    const { run } = updater()
    const batch = [
      submitted(messageOf()),
      receipt(sent),
      receipt(fromWebhook('read')),
      receipt(fromWebhook('read', { observedAt: nowMs + 1 })),
    ]
    const first = await run(...batch)
    assert.equal(first.length, 3)
    assert.deepEqual(await run(...batch), first)
  })

  test('answers each input with its own events, in order', async () => {
    const body = statusUpdate.create({ id: 's', settings, outputs: [], tools: toolsOf() })
    const emitted = await runStage(body, [delivery(), receipt(sent), submitted(messageOf())])
    assert.deepEqual(emitted.map(told), [[], ['delivery.sent'], ['message.accepted']])
  })

  test('says which channels have no watermarks, and of none that it does not know', async () => {
    const history = memoryHistory()
    const said: (readonly string[])[] = []
    const apply: typeof history.apply = (batch) => {
      said.push([...(batch.withoutWatermarks ?? [])])
      return history.apply(batch)
    }
    const known = toolsOf().channels.capabilities('whatsapp')
    assert.ok(known)
    for (const can of [known, { ...known, watermarks: true as const }, undefined]) {
      const channels = channelsOf({ capabilities: () => can })
      await updater({ ...toolsOf(), channels, history: { ...history, apply } }).run(receipt(sent))
    }
    assert.deepEqual(said, [['whatsapp'], [], []])
  })

  test('writes a batch in one go', async () => {
    const history = memoryHistory()
    let applied = 0
    const apply: typeof history.apply = (batch) => {
      applied++
      return history.apply(batch)
    }
    await updater(toolsOf({ history: { ...history, apply } })).run(delivery(), receipt(sent))
    assert.equal(applied, 1)
  })
})
