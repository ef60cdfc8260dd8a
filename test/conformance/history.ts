import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { echoOf, readEcho } from '../../domain/echo.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import type { History, HistoryBatch, ProviderRef } from '../../storage/ports/history.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { historyInboundCases, writer } from './history-inbound.ts'
import { historyRepetitionCases } from './history-repetitions.ts'
import {
  batchOf,
  noon,
  randomBatches,
  refOf,
  type Story,
  shuffled,
  story,
} from './history-story.ts'

const asking = ({ tenant }: Story, over: Partial<ProviderRef>): ProviderRef => ({
  tenant,
  channel: 'telegram',
  account: 'demo',
  providerMessageId: '7',
  participantId: null,
  watermarkMs: null,
  ...over,
})

/** What every History owes. The tables may be shared: each case has a tenant of its own. */
export function historySuite(name: string, open: () => Promise<History>): void {
  const fresh = async (): Promise<[History, Story]> => [await open(), story(`t-${randomUUID()}`)]

  describe(`history: ${name}`, () => {
    historyInboundCases(fresh)
    historyRepetitionCases(fresh)

    test('gives back a message as it was accepted', async () => {
      const [history, tell] = await fresh()
      const sealed = tell.message({
        seal: { keyId: 'k', algorithm: 'A256GCM', nonce: new Uint8Array([9, 8]) },
      })
      await history.apply(batchOf({ messages: [sealed] }))
      const view = await history.message(tell.tenant, 'm-1')
      assert.deepEqual(plain(view?.message), plain(sealed))
      assert.deepEqual(
        [view?.status, view?.history.map(({ kind }) => kind)],
        ['accepted', ['accepted']],
      )
    })

    for (const how of ['merged', 'only added']) {
      test(`keeps an odd character from stopping a batch that is ${how}`, async () => {
        const [history, tell] = await fresh()
        const odd = tell.message({
          metadata: { 'a\0': '\0\ud800\\u0000' },
          replyTo: '\0"\\{},NULL',
          conversationId: 'c-\t\n\r\\N"{},',
          direction: '\0\ud800',
        })
        const messages = [
          odd,
          tell.message({ messageId: 'm-2' }),
          tell.message({ messageId: '\\N' }),
        ]
        const spans = [{ topic: randomUUID(), partition: 0, from: 0, to: 3 }]
        await history.apply(batchOf(how === 'merged' ? { messages } : { messages, spans }))
        const found = (await history.message(tell.tenant, 'm-1'))?.message
        assert.equal(found?.conversationId, odd.conversationId)
        assert.equal(found?.metadata['a\0'], '\0\ud800\\u0000')
        assert.equal((await history.message(tell.tenant, 'm-2'))?.status, 'accepted')
        assert.equal((await history.message(tell.tenant, '\\N'))?.status, 'accepted')
      })
    }

    test('tells the furthest a delivery got, whatever the order of its receipts', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      for (const kind of ['read', 'sent', 'attempted', 'delivered', 'failed']) {
        await history.apply(batchOf({ receipts: [tell.receipt(to, kind)] }))
      }
      await history.apply(batchOf({ deliveries: [to] }))
      await history.apply(batchOf({ messages: [tell.message()] }))
      const view = await history.message(tell.tenant, 'm-1')
      assert.deepEqual([view?.status, view?.counts], ['read', { read: 1 }])
      assert.equal(view?.deliveries[0]?.history.length, 5)
    })

    test('says why a delivery failed, how often it was tried and what the platform calls it', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      const receipts = [
        tell.receipt(to, 'sent', { providerMessageId: 'w-1', attempt: 2, possibleDuplicate: true }),
        tell.receipt(to, 'failed', {
          reason: 'opted-out',
          detail: 'said no',
          observedAt: noon + 99,
        }),
      ]
      await history.apply(batchOf({ messages: [tell.message()], deliveries: [to], receipts }))
      const [delivery] = (await history.message(tell.tenant, 'm-1'))?.deliveries ?? []
      assert.equal(delivery?.status, 'failed')
      assert.equal(delivery?.reason, 'opted-out')
      assert.equal(delivery?.detail, 'said no')
      assert.equal(delivery?.attempts, 2)
      assert.equal(delivery?.providerMessageId, 'w-1')
      assert.equal(delivery?.possibleDuplicate, true)
    })

    test('folds to the least advanced part over the recipients, with counts', async () => {
      const [history, tell] = await fresh()
      const ana = tell.delivery({ deliveryId: 'd-ana' })
      const bia = tell.delivery({ deliveryId: 'd-bia', participantId: 'p-bia' })
      const receipts = [tell.receipt(ana, 'read'), tell.receipt(bia, 'sent')]
      await history.apply(batchOf({ messages: [tell.message()], deliveries: [ana, bia], receipts }))
      const view = await history.message(tell.tenant, 'm-1')
      assert.deepEqual([view?.status, view?.counts], ['sent', { read: 1, sent: 1 }])
    })

    test('takes several receipts of one delivery in one batch, and the same fact twice', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      const late = tell.receipt(to, 'delivered', { providerAt: noon, observedAt: noon + 50 })
      const soon = tell.receipt(to, 'delivered', { providerAt: noon, observedAt: noon + 20 })
      const receipts = [tell.receipt(to, 'sent'), late, soon, late]
      await history.apply(batchOf({ messages: [tell.message()], deliveries: [to, to], receipts }))
      const [delivery] = (await history.message(tell.tenant, 'm-1'))?.deliveries ?? []
      assert.deepEqual(
        delivery?.history.map(({ kind, observedAt }) => [kind, observedAt]),
        [
          ['sent', noon + 10],
          ['delivered', noon + 20],
        ],
      )
    })

    test('tells why a message was rejected, also when nobody could decode it', async () => {
      const [history, tell] = await fresh()
      await history.apply(batchOf({ rejections: [tell.rejection()] }))
      const unread = await history.message(tell.tenant, 'm-1')
      assert.deepEqual([unread?.status, unread?.message.messageId], ['rejected', 'm-1'])
      await history.apply(batchOf({ messages: [tell.message()] }))
      const view = await history.message(tell.tenant, 'm-1')
      assert.deepEqual([view?.status, view?.reason], ['rejected', 'unknown-conversation'])
      assert.deepEqual(plain(view?.message), plain(tell.message()))
      assert.deepEqual(
        view?.history.map(({ kind }) => kind),
        ['accepted', 'rejected'],
      )
    })

    test('shows a re-keyed message in the conversation of its furthest round only', async () => {
      const [history, tell] = await fresh()
      const rekeyed = tell.message({ conversationId: 'c-new', direction: 'inbound' })
      await history.apply(batchOf({ messages: [rekeyed], hops: [1] }))
      const first = tell.message({ conversationId: 'c-old', direction: 'inbound' })
      await history.apply(batchOf({ messages: [first] }))
      assert.equal((await history.messages(tell.tenant, 'c-new', { limit: 9 })).length, 1)
      assert.equal((await history.messages(tell.tenant, 'c-old', { limit: 9 })).length, 0)
      assert.equal(await history.lastInbound(tell.tenant, 'c-old', writer), undefined)
      assert.equal(await history.lastInbound(tell.tenant, 'c-new', writer), noon)
    })

    test('pages through a conversation, newest first, missing and repeating nothing', async () => {
      const [history, tell] = await fresh()
      // pairs share an instant, so that a page ends between them
      const messages = Array.from({ length: 7 }, (_, n) =>
        tell.message({ messageId: `m-${n}`, submissionId: `s-${n}`, acceptedAt: noon + (n >> 1) }),
      )
      const other = tell.message({ messageId: 'x', submissionId: 'x', conversationId: 'c-else' })
      await history.apply(batchOf({ messages: [...messages, other] }))
      const seen: string[] = []
      let before: string | undefined
      for (;;) {
        const page = await history.messages(tell.tenant, 'c-ana', {
          limit: 3,
          ...(before === undefined ? {} : { before }),
        })
        seen.push(...page.map(({ message }) => message.messageId))
        before = page.at(-1)?.cursor
        if (before === undefined) break
      }
      assert.deepEqual(seen, ['m-6', 'm-5', 'm-4', 'm-3', 'm-2', 'm-1', 'm-0'])
    })

    test('refuses a cursor that is none', async () => {
      const [history, tell] = await fresh()
      const before = "1'; drop table message"
      await assert.rejects(history.messages(tell.tenant, 'c-ana', { limit: 1, before }), (error) =>
        isCode(error, 'C4A_BAD_REQUEST'),
      )
    })

    test('finds the delivery of a platform id, before its row came, and in the chat that is meant', async () => {
      const [history, tell] = await fresh()
      const ana = tell.delivery({ deliveryId: 'd-ana' })
      const bia = tell.delivery({ deliveryId: 'd-bia', participantId: 'p-bia' })
      const receipts = [ana, bia].map((to) => tell.receipt(to, 'sent', { providerMessageId: '7' }))
      await history.apply(batchOf({ receipts }))
      const ask = (over: Partial<ProviderRef>) => asking(tell, over)
      const found = await history.resolve([
        ask({ participantId: 'p-bia' }),
        ask({ providerMessageId: '8' }),
        ask({}),
        ask({ account: 'other' }),
        ask({ channel: 'whatsapp' }),
        ask({ tenant: 'other' }),
        ask({ participantId: 'p-caio' }),
      ])
      assert.deepEqual(found, [[refOf(bia)], [], [refOf(ana), refOf(bia)], [], [], [], []])
    })

    test('finds a delivery by our own id, when its sending told no platform id', async () => {
      const [history, tell] = await fresh()
      const ana = tell.delivery({ deliveryId: 'd-ana' })
      const bia = tell.delivery({ deliveryId: 'd-bia', participantId: 'p-bia' })
      const sent = tell.receipt(bia, 'sent', { providerMessageId: '7' })
      await history.apply(batchOf({ deliveries: [ana, bia], receipts: [sent] }))
      const named = { deliveryId: 'd-ana', messageId: ana.messageId }
      const ask = (over: Partial<ProviderRef>) => asking(tell, { ...named, ...over })
      const found = await history.resolve([
        ask({ providerMessageId: '8' }),
        ask({}),
        ask({ deliveryId: 'd-unknown' }),
        ask({ deliveryId: 'd-unknown', providerMessageId: null }),
        ask({ providerMessageId: null, account: 'other' }),
        ask({ providerMessageId: null, tenant: 'other' }),
      ])
      assert.deepEqual(found, [[refOf(ana)], [refOf(ana)], [refOf(bia)], [], [], []])
    })

    test('finds a delivery by what we gave the platform to echo, however long its message id is', async () => {
      const [history, tell] = await fresh()
      const ids = [
        'm',
        'm'.repeat(40),
        'm'.repeat(41),
        'ã'.repeat(20),
        'ã'.repeat(21),
        '.'.repeat(128),
      ]
      const deliveries = ids.map((messageId, n) =>
        tell.delivery({ messageId, deliveryId: String(n).repeat(32) }),
      )
      await history.apply(batchOf({ deliveries }))
      const echoed = deliveries.map(({ deliveryId, messageId }) =>
        asking(tell, { ...readEcho(echoOf(deliveryId, 1, messageId)), providerMessageId: null }),
      )
      assert.deepEqual(
        await history.resolve(echoed),
        deliveries.map((each) => [refOf(each)]),
      )
    })

    test('takes a watermark for everything sent up to it that was not read', async () => {
      const [history, tell] = await fresh()
      const sentAt = (n: number, providerAt: number | null, calledAt: number | null = null) => {
        const to = tell.delivery({ deliveryId: `d-${n}`, messageId: `m-${n}` })
        const over = { providerMessageId: `w-${n}`, providerAt, observedAt: noon + n, calledAt }
        return tell.receipt(to, 'sent', over)
      }
      const receipts = [sentAt(1, null), sentAt(2, null), sentAt(3, noon), sentAt(40, null)]
      // Its answer came after the watermark's instant: the platform had it before.
      receipts.push(sentAt(50, null, noon + 39), sentAt(51, null, noon + 40))
      const read = tell.receipt(tell.delivery({ deliveryId: 'd-2', messageId: 'm-2' }), 'read')
      await history.apply(batchOf({ receipts: [...receipts, read] }))
      const mark: ProviderRef = {
        tenant: tell.tenant,
        channel: 'telegram',
        account: 'demo',
        providerMessageId: null,
        participantId: 'p-ana',
        watermarkMs: noon + 39,
      }
      const [found, nobody] = await history.resolve([mark, { ...mark, participantId: 'p-bia' }])
      assert.deepEqual(
        found?.map(({ deliveryId }) => deliveryId),
        ['d-3', 'd-1', 'd-50'],
      )
      assert.deepEqual(nobody, [])
    })

    test('counts a send from when it was first told, whichever telling comes first', async () => {
      for (const order of [
        [5, 60],
        [60, 5],
      ]) {
        const [history, tell] = await fresh()
        for (const observedAt of order) {
          const over = { providerMessageId: 'w-1', observedAt: noon + observedAt }
          const sent = tell.receipt(tell.delivery(), observedAt === 5 ? 'sent' : 'settled', over)
          await history.apply(batchOf({ receipts: [sent] }))
        }
        const [found] = await history.resolve([
          {
            tenant: tell.tenant,
            channel: 'telegram',
            account: 'demo',
            providerMessageId: null,
            participantId: 'p-ana',
            watermarkMs: noon + 10,
          },
        ])
        assert.equal(found?.length, 1)
      }
    })

    test('shows nothing of one tenant to another', async () => {
      const [history, tell] = await fresh()
      const other = story(`${tell.tenant}-other`)
      const to = tell.delivery()
      const receipts = [tell.receipt(to, 'read')]
      await history.apply(batchOf({ messages: [tell.message()], deliveries: [to], receipts }))
      assert.equal(await history.message(other.tenant, 'm-1'), undefined)
      assert.deepEqual(await history.messages(other.tenant, 'c-ana', { limit: 9 }), [])
      // the same ids under the other tenant are another message
      const deliveries = [other.delivery()]
      await history.apply(batchOf({ messages: [other.message()], deliveries }))
      assert.equal((await history.message(other.tenant, 'm-1'))?.status, 'queued')
      assert.equal((await history.message(tell.tenant, 'm-1'))?.status, 'read')
    })

    test('remembers how far it is, and never goes back', async () => {
      const [history] = await fresh()
      const topic = randomUUID()
      const applied = async () =>
        (await history.appliedOffsets()).filter((each) => each.topic === topic)
      const apply = (from: number, to: number) =>
        history.apply(batchOf({ spans: [{ topic, partition: 1, from, to }] }))
      await apply(0, 5)
      await apply(1, 3)
      assert.deepEqual(await applied(), [{ topic, partition: 1, offset: 5 }])
      await apply(4, 8)
      assert.deepEqual(await applied(), [{ topic, partition: 1, offset: 8 }])
      assert.ok((await history.epoch()).length > 20)
      assert.equal(await history.epoch(), await history.epoch())
    })

    for (const seed of [1, 2, 3, 4, 5]) {
      test(`ends alike however batches are ordered, joined and repeated (seed ${seed})`, async () => {
        const [history, { tenant }] = await fresh()
        const reference = memoryHistory()
        const batches = randomBatches(tenant, seed, 40)
        for (const batch of batches) await reference.apply(batch)
        for (const batch of shuffled(batches, seed)) await history.apply(batch)
        assert.deepEqual(await answers(history, batches), await answers(reference, batches))
      })

      test(`ends alike when the log tells things twice, and batches come again (seed ${seed})`, async () => {
        const [history, { tenant }] = await fresh()
        const reference = memoryHistory()
        const batches = randomBatches(tenant, seed, 40)
        for (const batch of batches) await reference.apply(batch)
        const topic = randomUUID()
        const placed = shuffled(batches, seed).map((batch, at) => ({
          ...batch,
          spans: [{ topic, partition: 0, from: at, to: at + 1 }],
        }))
        for (const batch of [...placed, ...placed.slice(-3)]) await history.apply(batch)
        assert.deepEqual(await answers(history, batches), await answers(reference, batches))
      })
    }
  })
}

/** Everything the port can say about what is in the batches. */
async function answers(history: History, batches: readonly HistoryBatch[]): Promise<unknown> {
  const messages = batches.flatMap((batch) => batch.messages)
  const tenant = messages[0]?.tenant ?? ''
  const ids = [...new Set(messages.map(({ messageId }) => messageId))]
  const conversations = [...new Set(messages.map(({ conversationId }) => conversationId))]
  const refs = Array.from({ length: 50 }, (_, n) => ({
    tenant,
    channel: n % 2 === 0 ? 'telegram' : 'whatsapp',
    account: 'demo',
    providerMessageId: n < 40 ? `w-${n}` : null,
    participantId: n < 30 ? null : `p-${n % 3}`,
    watermarkMs: n < 40 ? null : noon + (n % 10),
  }))
  return plain({
    messages: await Promise.all(ids.map((id) => history.message(tenant, id))),
    pages: await Promise.all(
      conversations.map((id) => history.messages(tenant, id, { limit: 99 })),
    ),
    inbound: await Promise.all(conversations.map((id) => history.lastInbound(tenant, id, writer))),
    resolved: await history.resolve(refs),
  })
}

/** Bytes as numbers, whichever subclass of Uint8Array an adapter gives. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      each instanceof Uint8Array ? Array.from(each) : each,
    ),
  )
}
