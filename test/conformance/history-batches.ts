import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { History, ProviderRef } from '../../storage/ports/history.ts'
import { batchOf, noon, refOf, type Story, story } from './history-story.ts'

const asking = ({ tenant }: Story, over: Partial<ProviderRef>): ProviderRef => ({
  tenant,
  channel: 'telegram',
  account: 'demo',
  providerMessageId: null,
  participantId: null,
  watermarkMs: null,
  ...over,
})

/** What every History owes, however what happened is cut into batches. */
export function historyBatchesSuite(name: string, open: () => Promise<History>): void {
  const fresh = async (): Promise<[History, Story]> => [await open(), story(`t-${randomUUID()}`)]

  describe(`history in batches: ${name}`, () => {
    test('shows of one batch what it shows of many, and of both together', async () => {
      const [history, whole] = await fresh()
      const parts = story(`${whole.tenant}-parts`)
      const batch = (tell: Story) => {
        const to = tell.delivery()
        return {
          messages: [tell.message()],
          deliveries: [to],
          receipts: [
            tell.receipt(to, 'held', { reason: 'transient', detail: 'a "quoted" \\ word\n' }),
            tell.receipt(to, 'sent', { providerMessageId: 'w-1', possibleDuplicate: true }),
            tell.receipt(to, 'delivered', { providerAt: noon, providerMessageId: 'w-1' }),
            tell.receipt(to, 'read', { attempt: 0, observedAt: noon + 30 }),
          ],
        }
      }
      const shown = async ({ tenant }: Story) => {
        const view = await history.message(tenant, 'm-1')
        return { status: view?.status, deliveries: view?.deliveries }
      }
      await history.apply(batchOf(batch(whole)))
      const { messages, deliveries, receipts } = batch(parts)
      for (const receipt of receipts) await history.apply(batchOf({ receipts: [receipt] }))
      await history.apply(batchOf({ messages }))
      await history.apply(batchOf({ deliveries }))
      assert.equal((await shown(whole)).deliveries?.[0]?.history.length, 4)
      assert.deepEqual(await shown(parts), await shown(whole))
      await history.apply(batchOf(batch(parts)))
      assert.deepEqual(await shown(parts), await shown(whole))
    })

    test('finds a delivery by each of the ids that one batch tells of it', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      const sent = (attempt: number, providerMessageId: string) =>
        tell.receipt(to, 'sent', { attempt, providerMessageId, observedAt: noon + attempt })
      const receipts = [sent(1, 'w-1'), sent(2, 'w-2'), tell.receipt(to, 'delivered')]
      await history.apply(batchOf({ messages: [tell.message()], deliveries: [to], receipts }))
      const found = await history.resolve(
        ['w-1', 'w-2', 'w-3'].map((providerMessageId) => asking(tell, { providerMessageId })),
      )
      assert.deepEqual(found, [[refOf(to)], [refOf(to)], []])
      const [delivery] = (await history.message(tell.tenant, 'm-1'))?.deliveries ?? []
      assert.equal(delivery?.providerMessageId, 'w-2')
      assert.equal(delivery?.history.length, 3)
    })

    test('shows a message once that the log tells twice', async () => {
      const [history, tell] = await fresh()
      const topic = randomUUID()
      const messages = [tell.message({ direction: 'inbound' })]
      for (const from of [0, 1, 2]) {
        const spans = [{ topic, partition: 0, from, to: from + 1 }]
        // The last of them in another round: it went on into another conversation.
        const hops = [Math.max(0, from - 1)]
        const conversationId = from === 2 ? 'c-other' : 'c-ana'
        const each = messages.map((message) => ({ ...message, conversationId }))
        const pageOf = async (id: string) =>
          (await history.messages(tell.tenant, id, { limit: 9 })).length
        await history.apply(batchOf({ messages: each, hops, spans }))
        assert.equal(await pageOf(conversationId), 1)
        assert.equal(await pageOf('c-ana'), from === 2 ? 0 : 1)
      }
    })

    test('names a delivery once for a platform id that several batches told', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      for (const kind of ['sent', 'settled']) {
        const receipts = [tell.receipt(to, kind, { providerMessageId: 'w-1' })]
        await history.apply(batchOf({ deliveries: [to], receipts }))
      }
      const found = await history.resolve([
        asking(tell, { providerMessageId: 'w-1' }),
        asking(tell, { deliveryId: to.deliveryId, messageId: to.messageId }),
        asking(tell, { participantId: to.participantId, watermarkMs: noon + 99 }),
      ])
      assert.deepEqual(found, [[refOf(to)], [refOf(to)], [refOf(to)]])
    })

    test('takes the earliest of the sendings that one batch tells for a watermark', async () => {
      const [history, tell] = await fresh()
      const to = tell.delivery()
      const receipts = [60, 5, 30].map((observedAt) =>
        tell.receipt(to, 'sent', { providerMessageId: 'w-1', observedAt: noon + observedAt }),
      )
      await history.apply(batchOf({ receipts }))
      const upTo = (watermarkMs: number) =>
        asking(tell, { participantId: to.participantId, watermarkMs })
      const found = await history.resolve([upTo(noon + 4), upTo(noon + 5)])
      assert.deepEqual(found, [[], [refOf(to)]])
    })
  })
}
