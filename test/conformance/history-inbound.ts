import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { History } from '../../storage/ports/history.ts'
import { batchOf, noon, type Story } from './history-story.ts'

/** Who wrote what the story says, where it names nobody else. */
export const writer = { participantId: 'key-1', channel: 'telegram' }

/** When people last wrote, which opens windows. */
export function historyInboundCases(fresh: () => Promise<[History, Story]>): void {
  test('knows when a person last wrote, not when we did', async () => {
    const [history, tell] = await fresh()
    assert.equal(await history.lastInbound(tell.tenant, 'c-ana', writer), undefined)
    const wrote = tell.message({ direction: 'inbound' })
    const answer = tell.message({ messageId: 'm-2', submissionId: 's-2', acceptedAt: noon + 1 })
    await history.apply(batchOf({ messages: [wrote, answer] }))
    assert.equal(await history.lastInbound(tell.tenant, 'c-ana', writer), noon)
    assert.equal((await history.message(tell.tenant, 'm-1'))?.status, 'received')
  })

  test('knows of each of a group by themselves, and by channel, when they last wrote', async () => {
    const [history, tell] = await fresh()
    const people = [
      ['p-ana', 'whatsapp', noon],
      ['p-ana"', 'whatsapp', noon + 1],
      ['p-ana', 'telegram', noon + 2],
      ['p-ana2', 'whatsapp', noon + 3],
      ['p-bia', 'whatsapp', noon + 4],
    ] as const
    const messages = people.map(([senderId, channel, acceptedAt], n) => {
      const ids = { messageId: `m-${n}`, submissionId: `s-${n}` }
      return tell.message({ ...ids, direction: 'inbound', senderId, channel, acceptedAt })
    })
    await history.apply(batchOf({ messages }))
    for (const [participantId, channel, at] of people) {
      const of = { participantId, channel }
      assert.equal(await history.lastInbound(tell.tenant, 'c-ana', of), at, participantId)
    }
    const silent = { participantId: 'p-an', channel: 'whatsapp' }
    assert.equal(await history.lastInbound(tell.tenant, 'c-ana', silent), undefined)
  })
}
