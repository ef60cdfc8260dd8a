import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Content } from '../../domain/content.ts'
import type { Message, Receipt } from '../../schemas/types.ts'
import { deliveryReceipt, sentFact } from '../../stages/delivery-receipt.ts'
import { gather } from '../../stages/gather.ts'
import type { InboundMedia, KeptMedium } from '../../stages/tools.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import type { History } from '../../storage/ports/history.ts'
import { bia, biaId, content, deliveryOf, messageOf, toolsOf } from './fixtures.ts'
import { attempt, inputOf, nowMs } from './run-stage.ts'
import { stageSuite } from './stage-suite.ts'

const picture: Content = { type: 'image', mediaId: 'm1', mimeType: 'image/png', caption: 'me' }
const settings = { within: 300_000, attemptTimeout: 60_000, knownWithin: 3_000 }
const fromBia = (says: Content, fields: Partial<Message> = {}) =>
  messageOf({ direction: 'inbound', senderId: biaId, providerMessageId: 'w1', ...fields }, says)

/** Answers from a script, and notes what it was asked. */
function mediaOf(...script: readonly (KeptMedium | Error)[]) {
  const asked: unknown[] = []
  const rest = [...script]
  const media: InboundMedia = {
    async keep({ tenant, channel, account }, medium, _signal, timeoutMs) {
      asked.push({ tenant, channel, account, medium, timeoutMs })
      const next = rest.shift()
      if (next instanceof Error) throw next
      return next ?? { kind: 'kept', medium }
    },
  }
  return { media, asked }
}

const bodyWith = (inboundMedia: InboundMedia) =>
  gather.create({ id: 'gather', settings, outputs: [], tools: toolsOf({ inboundMedia }) })

async function contentAfter(message: Message, media: InboundMedia, atMs = nowMs) {
  const ending = await attempt(bodyWith(media), inputOf('in', message), atMs)
  assert.equal(ending.kind, 'done')
  const [emit, ...more] = ending.emit ?? []
  assert.ok(emit)
  assert.equal(more.length, 0)
  return content.decode(emit.value.contentKind, emit.value.content)
}

stageSuite(gather, {
  settings,
  inputs: () => [
    inputOf('in', fromBia({ type: 'text', text: 'oi' })),
    inputOf('in', fromBia(picture)),
  ],
})

describe('gather', () => {
  test('lets what has no file pass as it is, and asks nobody', async () => {
    const { media, asked } = mediaOf()
    const text = fromBia({ type: 'text', text: 'oi' })
    const ending = await attempt(bodyWith(media), inputOf('in', text))
    assert.deepEqual(ending, {
      kind: 'done',
      emit: [{ to: 'messages', key: 'default/c1', value: text }],
    })
    assert.deepEqual(asked, [])
  })

  test("asks for the medium by the message's account, and puts the blob in its place", async () => {
    const kept = { type: 'image', blobId: 'b'.repeat(64), mimeType: 'image/jpeg' } as const
    const { media, asked } = mediaOf({ kind: 'kept', medium: kept })
    const message = fromBia(picture)
    assert.deepEqual(await contentAfter(message, media), kept)
    const { channel, account } = bia
    assert.deepEqual(asked, [
      { tenant: 'default', channel, account, medium: picture, timeoutMs: 60_000 },
    ])
  })

  test('keeps every other field, the digest too: a webhook that comes again is the same message', async () => {
    const kept = { type: 'image', blobId: 'b'.repeat(64) } as const
    const message = fromBia(picture)
    const { media } = mediaOf({ kind: 'kept', medium: kept })
    const ending = await attempt(bodyWith(media), inputOf('in', message))
    assert.deepEqual(ending.kind === 'done' && ending.emit[0]?.value, {
      ...message,
      content: content.encode(kept),
    })
  })

  test('holds while the platform does not give it, as long as the platform asks', async () => {
    const { media } = mediaOf(
      { kind: 'retry', detail: 'the store answered 503' },
      { kind: 'retry', detail: 'too many', afterMs: 9_000 },
    )
    const body = bodyWith(media)
    const input = inputOf('in', fromBia(picture))
    const reason = 'media-unreachable'
    assert.deepEqual(await attempt(body, input), { kind: 'hold', reason })
    assert.deepEqual(await attempt(body, input), { kind: 'hold', reason, afterMs: 9_000 })
  })

  test('lets the message go on without it once its time is over, and says why', async () => {
    const { media } = mediaOf({ kind: 'retry', detail: 'the store answered 503' })
    const message = fromBia(picture, { acceptedAt: nowMs - 300_001 })
    assert.deepEqual(await contentAfter(message, media), {
      type: 'image',
      mimeType: 'image/png',
      caption: 'me',
      unavailable: 'the store answered 503',
    })
  })

  test('asks once even for what comes to it late', async () => {
    const kept = { type: 'image', blobId: 'b'.repeat(64) } as const
    const { media } = mediaOf({ kind: 'kept', medium: kept })
    const message = fromBia(picture, { acceptedAt: nowMs - 86_400_000 })
    assert.deepEqual(await contentAfter(message, media), kept)
  })

  test('does not wait for what is gone', async () => {
    const { media } = mediaOf({ kind: 'unavailable', why: 'the link has ended (403)' })
    const shown = await contentAfter(fromBia({ type: 'video', url: 'https://cdn/x' }), media)
    assert.deepEqual(shown, { type: 'video', unavailable: 'the link has ended (403)' })
  })

  test('throws where our own store is away, so that the engine waits', async () => {
    const { media } = mediaOf(new Error('away'))
    await assert.rejects(attempt(bodyWith(media), inputOf('in', fromBia(picture))), /away/)
  })

  test('gives up in the end, and the message goes on', () => {
    const body = bodyWith(mediaOf().media)
    assert.ok(body.shape === 'keyed-effect')
    const [emit] = body.giveUp(inputOf('in', fromBia(picture)), 'the store is away', { nowMs })
    assert.ok(emit)
    const shown = content.decode(emit.value.contentKind, emit.value.content)
    assert.equal(shown.type === 'image' && shown.unavailable, 'the store is away')
  })

  test('leaves sealed content alone', async () => {
    const { media, asked } = mediaOf()
    const seal = { keyId: 'k', algorithm: 'AES-256-GCM', nonce: Buffer.alloc(12) }
    await attempt(bodyWith(media), inputOf('in', fromBia(picture, { seal })))
    assert.deepEqual(asked, [])
  })

  describe('for a message that is about another one', () => {
    const delivery = deliveryOf({ messageId: 'ours' })
    const receipt: Receipt = deliveryReceipt(
      delivery,
      sentFact(1, 'wamid.ours', false),
      nowMs,
      nowMs,
    )

    async function historyWith(...messages: readonly Message[]) {
      const history = memoryHistory()
      const { deliveryId, messageId, conversationId, participantId, channel, part } = delivery
      const ref = { deliveryId, messageId, conversationId, participantId, channel, part }
      await history.apply({
        messages: [messageOf({ messageId: 'ours' }), ...messages],
        rejections: [],
        deliveries: [delivery],
        receipts: [{ receipt, delivery: ref }],
      })
      return history
    }

    async function attemptOf(fields: Partial<Message>, history: History) {
      const tools = toolsOf({ history })
      const body = gather.create({ id: 'gather', settings, outputs: [], tools })
      return attempt(body, inputOf('in', fromBia({ type: 'text', text: 'yes' }, fields)))
    }

    test('names ours by our id', async () => {
      const ending = await attemptOf({ replyTo: 'wamid.ours' }, await historyWith())
      assert.equal(ending.kind === 'done' && ending.emit[0]?.value.replyTo, 'ours')
    })

    test('names what a person wrote by the id that it has here', async () => {
      const messageId = 'in:whatsapp:demo:wamid.theirs'
      const history = await historyWith(
        fromBia({ type: 'text', text: 'well?' }, { messageId, providerMessageId: 'wamid.theirs' }),
      )
      const ending = await attemptOf({ replyTo: 'wamid.theirs' }, history)
      assert.equal(ending.kind === 'done' && ending.emit[0]?.value.replyTo, messageId)
    })

    test('waits a little for a history that is behind, and then goes on', async () => {
      const history = await historyWith()
      const fresh = await attemptOf({ replyTo: 'wamid.other' }, history)
      assert.deepEqual(fresh, { kind: 'hold', reason: 'answered-unknown', afterMs: 500 })
      const late = { replyTo: 'wamid.other', acceptedAt: nowMs - 3_001 }
      const ending = await attemptOf(late, history)
      const named = ending.kind === 'done' && ending.emit[0]?.value.replyTo
      assert.equal(named, 'in:whatsapp:demo:wamid.other')
    })
  })
})
