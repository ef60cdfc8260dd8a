import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import type { Sql } from '../../storage/ports/sql.ts'
import { batchOf, noon, story } from './history-story.ts'

/** How many rows the history takes in PostgreSQL. */
export function postgresNotesSuite(name: string, open: () => Promise<Sql>): void {
  describe(`rows of the history: ${name}`, () => {
    const cases = [
      { told: 'that it exists', receipts: [] },
      { told: 'that it was sent', receipts: ['sent'] },
      { told: 'all that happened', receipts: ['attempted', 'sent', 'delivered', 'read'] },
    ]
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
        const count = async () => {
          const text = 'select count(*) as n from delivery_note where tenant = $1'
          const [row] = await sql.query<{ n: number }>(text, [tell.tenant])
          return row?.n
        }
        await postgresHistory(sql).apply(batch)
        assert.equal(await count(), 1)
        await postgresHistory(sql).apply(batch)
        assert.equal(await count(), 1)
      })
    }

    test('a message that comes again is counted once in its conversation', async () => {
      const sql = await open()
      const history = postgresHistory(sql)
      const tell = story(`t-${randomUUID()}`)
      const known = tell.message()
      const next = tell.message({ messageId: 'm-2', submissionId: 's-2', acceptedAt: noon + 1 })
      await history.apply(batchOf({ messages: [known] }))
      await history.apply(batchOf({ messages: [known, next, next] }))
      const [listed] = await history.conversations(tell.tenant, { limit: 9 })
      assert.deepEqual([listed?.messageCount, listed?.lastMessageId], [2, 'm-2'])
    })
  })
}
