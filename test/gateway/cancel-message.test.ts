import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fallbackIdOf, releaseIdOf } from '../../domain/ids.ts'
import type { Delivery, Message, Receipt, Rejection } from '../../schemas/types.ts'
import { deliveryReceipt, troubleFact } from '../../stages/delivery-receipt.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const hello = {
  messageId: 'm 1/x',
  to: { channel: 'telegram', address: '4711' },
  content: { type: 'text', text: 'Oi' },
}
const path = `/v1/messages/${encodeURIComponent(hello.messageId)}`
const cancel = ({ api }: OpenGateway) => api.call(`${path}/cancel`, { method: 'POST' })

/** Accepted and in the tables, with deliveries of so many parts. */
async function known(open: OpenGateway, parts: number, more: object = {}): Promise<Message> {
  const sent = await open.api.call('/v1/messages', { body: { ...hello, ...more } })
  assert.equal(sent.status, 202, sent.text)
  const [message] = (await open.decoded('messages.submitted', 'Message')) as Message[]
  assert.ok(message)
  const deliveries = Array.from({ length: parts }, (_, part) => deliveryOf(message, part))
  await open.tools.history.apply({ messages: [message], rejections: [], deliveries, receipts: [] })
  return message
}

const deliveryOf = (message: Message, part: number): Delivery => ({
  ...message,
  fallback: false,
  deliveryId: `d-${part}`,
  answers: null,
  senderName: null,
  participantId: 'p_1',
  channel: 'telegram',
  account: 'bot',
  address: '4711',
  part,
  parts: 2,
})

const claimOf = (deliveryId: string, { digest }: Message) => ({
  ...{ deliveryId, digest, epoch: 1, deadlineMs: Date.now() + 30_000, resend: false },
})

/** The gateway's own ledger; it asks it for cancellations only. */
type FullLedger = ReturnType<typeof ledgerOf>
const ledgerOf = ({ tools }: OpenGateway) =>
  tools.ledger as typeof tools.ledger & {
    claim(claim: object, nowMs: number): Promise<{ readonly kind: string }>
  }

describe('POST /v1/messages/{messageId}/cancel', () => {
  test('takes back what is scheduled: the status says so at once, and it can never go out', async (t) => {
    const open = await openGateway(t)
    const message = await known(open, 0, { sendAt: soon() })
    const before = await open.api.call(path)
    assert.equal(before.json.status, 'scheduled')
    assert.equal(before.json.sendAt, new Date(message.sendAt ?? 0).toISOString())

    const answer = await cancel(open)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(
      [answer.json.outcome, answer.json.cancelled, answer.json.tooLate],
      ['cancelled', 0, 0],
    )
    const rejections = (await open.decoded('messages.rejected', 'Rejection')) as Rejection[]
    assert.deepEqual(
      rejections.map(({ reason, scope }) => [reason, scope]),
      [['cancelled', 'message']],
    )
    await open.tools.history.apply({ messages: [], rejections, deliveries: [], receipts: [] })
    assert.equal((await open.api.call(path)).json.status, 'cancelled')
    const claim = claimOf(releaseIdOf('default', hello.messageId), message)
    assert.equal((await ledgerOf(open).claim(claim, Date.now())).kind, 'failed')
    assert.equal((await cancel(open)).json.outcome, 'cancelled')
  })

  test('comes too late for what was let go a moment before', async (t) => {
    const open = await openGateway(t)
    const message = await known(open, 0, { sendAt: soon() })
    const claim = claimOf(releaseIdOf('default', hello.messageId), message)
    assert.equal((await ledgerOf(open).claim(claim, Date.now())).kind, 'granted')
    assert.equal((await cancel(open)).json.outcome, 'too-late')
    assert.deepEqual(await open.decoded('messages.rejected', 'Rejection'), [])
  })

  test('takes back the parts that no platform has, and says which', async (t) => {
    const open = await openGateway(t)
    const message = await known(open, 2)
    const ledger: FullLedger = ledgerOf(open)
    assert.equal((await ledger.claim(claimOf('d-0', message), Date.now())).kind, 'granted')
    const { json } = await cancel(open)
    assert.deepEqual([json.outcome, json.cancelled, json.tooLate], ['partly', 1, 1])
    const receipts = (await open.decoded('receipts', 'Receipt')) as Receipt[]
    assert.deepEqual(
      receipts.map(({ deliveryId, kind, reason }) => [deliveryId, kind, reason]),
      [['d-1', 'failed', 'cancelled']],
    )
    assert.equal((await ledger.claim(claimOf('d-1', message), Date.now())).kind, 'failed')
  })

  test('stops a message that failed and was to go to another channel', async (t) => {
    const open = await openGateway(t)
    const next = { channel: 'whatsapp', address: '5511999990001', account: 'main', after: 60 }
    const message = await known(open, 1, { fallback: [next] })
    const delivery = deliveryOf(message, 0)
    const row = fallbackIdOf('default', hello.messageId, 0)
    const failed = deliveryReceipt(
      delivery,
      troubleFact('failed', 1, 'recipient-gone', null),
      ...([message.acceptedAt, message.acceptedAt] as const),
    )
    const tables = { messages: [], rejections: [], deliveries: [], receipts: [] }
    const receipts = [{ receipt: failed, delivery }]
    await open.tools.history.apply({ ...tables, receipts })
    const ledger: FullLedger = ledgerOf(open)
    assert.equal((await ledger.claim(claimOf('d-0', message), Date.now())).kind, 'granted')
    const shown = await open.api.call(path)
    assert.equal(shown.json.status, 'queued')
    assert.deepEqual(shown.json.fallback, [next])

    assert.equal((await cancel(open)).json.outcome, 'cancelled')
    assert.equal((await ledger.claim(claimOf(row, message), Date.now())).kind, 'failed')
    const rejections = (await open.decoded('messages.rejected', 'Rejection')) as Rejection[]
    assert.deepEqual(
      rejections.map(({ reason }) => reason),
      ['cancelled'],
    )
    await open.tools.history.apply({ ...tables, rejections })
    assert.equal((await open.api.call(path)).json.status, 'failed')
  })

  test('comes too late for a message that has gone to the last of its channels', async (t) => {
    const open = await openGateway(t)
    const message = await known(open, 1, {
      fallback: [{ channel: 'whatsapp', address: '5511999990001', account: 'main' }],
    })
    const ledger: FullLedger = ledgerOf(open)
    const row = fallbackIdOf('default', hello.messageId, 0)
    for (const id of ['d-0', row]) {
      assert.equal((await ledger.claim(claimOf(id, message), Date.now())).kind, 'granted')
    }
    assert.equal((await cancel(open)).json.outcome, 'too-late')
    assert.deepEqual(await open.decoded('messages.rejected', 'Rejection'), [])
  })

  test('is for those who may send, and for what they sent', async (t) => {
    const open = await openGateway(t)
    assert.equal((await cancel(open)).status, 404)
    const message = await known(open, 0)
    assert.equal((await cancel(open)).json.outcome, 'too-late')
    await open.tools.history.apply({
      messages: [{ ...message, messageId: 'in:x', direction: 'inbound', submissionId: 's9' }],
      ...{ rejections: [], deliveries: [], receipts: [] },
    })
    const inbound = await open.api.call('/v1/messages/in:x/cancel', { method: 'POST' })
    assert.equal(inbound.status, 422)
  })
})
