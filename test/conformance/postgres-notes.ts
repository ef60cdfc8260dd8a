import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import type { ResolvedReceipt } from '../../storage/ports/history.ts'
import type { Sql } from '../../storage/ports/sql.ts'
import { batchOf, story } from './history-story.ts'

/** How many rows the history takes in PostgreSQL. */
export function postgresNotesSuite(name: string, open: () => Promise<Sql>): void {
  describe(`rows of the history: ${name}`, () => {
    const cases = [
      { told: 'that it exists', receipts: [] },
      { told: 'that it was sent', receipts: ['sent'] },
      { told: 'all that happened', receipts: ['attempted', 'sent', 'delivered', 'read'] },
    ]
    const rows = async (
      sql: Sql,
      table: 'message' | 'rejection' | 'delivery_note',
      tenant: string,
    ) => {
      const text = `select count(*) as n from ${table} where tenant = $1`
      const [row] = await sql.query<{ n: number }>(text, [tenant])
      return row?.n
    }

    for (const { told, receipts } of cases) {
      test(`a batch that tells ${told} takes one row, and none when it comes again`, async () => {
        const sql = await open()
        const tell = story(`t-${randomUUID()}`)
        const to = tell.delivery()
        const batch = batchOf({
          messages: [tell.message()],
          deliveries: [to],
          receipts: receipts.map((kind) => tell.receipt(to, kind, { providerMessageId: 'w-1' })),
        })
        await postgresHistory(sql).apply(batch)
        assert.equal(await rows(sql, 'delivery_note', tell.tenant), 1)
        await postgresHistory(sql).apply(batch)
        assert.equal(await rows(sql, 'delivery_note', tell.tenant), 1)
      })
    }

    test('only of channels with watermarks a sending stands in their index', async () => {
      const sql = await open()
      const history = postgresHistory(sql)
      const { tenant, delivery, receipt } = story(`t-${randomUUID()}`)
      const sent = ['telegram', 'messenger'].map((channel) =>
        receipt(delivery({ channel, deliveryId: `d-${channel}` }), 'sent', {
          channel,
          providerMessageId: `w-${channel}`,
        }),
      )
      const withoutWatermarks = new Set(['telegram'])
      await history.apply({ ...batchOf({ receipts: sent }), withoutWatermarks })
      const told = await sql.query(
        'select channel, by_watermark from delivery_note where tenant = $1 order by channel',
        [tenant],
      )
      assert.deepEqual(told, [
        { channel: 'messenger', by_watermark: true },
        { channel: 'telegram', by_watermark: false },
      ])
      const [byId] = await history.resolve([
        {
          tenant,
          channel: 'telegram',
          account: 'demo',
          providerMessageId: 'w-telegram',
          participantId: null,
          watermarkMs: null,
        },
      ])
      assert.deepEqual(
        byId?.map(({ deliveryId }) => deliveryId),
        ['d-telegram'],
      )
    })

    test('records that a batch holds again add nothing, and those behind them do', async () => {
      const sql = await open()
      const history = postgresHistory(sql)
      const tell = story(`t-${randomUUID()}`)
      const [first, second, third] = ['d-1', 'd-2', 'd-3'].map((deliveryId) =>
        tell.receipt(tell.delivery({ deliveryId }), 'sent', { providerMessageId: deliveryId }),
      )
      assert.ok(first && second && third)
      const topic = randomUUID()
      const apply = (receipts: readonly ResolvedReceipt[], from: number) =>
        history.apply(
          batchOf({
            messages: [tell.message()],
            rejections: [tell.rejection()],
            receipts,
            spans: [{ topic, partition: 3, from, to: from + receipts.length }],
          }),
        )
      await apply([first, second], 7)
      await apply([first, second], 7)
      await apply([second, third], 8)
      const counted = (table: 'message' | 'rejection' | 'delivery_note') =>
        rows(sql, table, tell.tenant)
      assert.deepEqual(
        [await counted('message'), await counted('rejection'), await counted('delivery_note')],
        [1, 1, 3],
      )
    })

    test('a batch of two writers of one partition is added by one of them', async () => {
      const sql = await open()
      const tell = story(`t-${randomUUID()}`)
      const topic = randomUUID()
      const batch = batchOf({
        receipts: [tell.receipt(tell.delivery(), 'sent', { providerMessageId: 'w-1' })],
        spans: [0, 1, 2].map((partition) => ({ topic, partition, from: 0, to: 1 })),
      })
      const other = { ...batch, spans: batch.spans?.toReversed() ?? [] }
      await Promise.all([batch, other].map((each) => postgresHistory(sql).apply(each)))
      assert.equal(await rows(sql, 'delivery_note', tell.tenant), 1)
    })
  })
}
