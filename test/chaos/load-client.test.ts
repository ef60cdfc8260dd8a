import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { LoadClient } from './load-client.ts'
import { planOf } from './plan.ts'
import { again, type ItemAnswer, type Sender } from './sender.ts'

test('what was asked for and not answered is asked for again before anything new, all of it', async () => {
  const { conversations } = planOf({ seed: 1, messages: 4_000, conversations: 1_000, kills: 0 })
  const stop = new AbortController()
  const asked: string[] = []
  let cut: readonly string[] = []
  // The gateway dies under a batch; what takes its repetition takes one message at a time.
  const batch: Sender = {
    name: 'batch',
    most: 10,
    async send(items) {
      cut = items.map(({ message }) => message.messageId)
      senders.splice(0, 1, single)
      return items.map(() => again('other side closed'))
    },
  }
  const single: Sender = {
    name: 'single',
    most: 1,
    async send(items) {
      asked.push(...items.map(({ message }) => message.messageId))
      if (asked.length >= cut.length) stop.abort()
      return items.map((): ItemAnswer => ({ kind: 'accepted', conversationId: 'c' }))
    },
  }
  const senders = [batch]
  const load = new LoadClient({
    conversations,
    created: new Map(),
    senders,
    workers: 1,
    random: seededRandom(2),
    isAhead: () => false,
    onAccepted: () => {},
  })
  await load.run(stop.signal)
  const conversationsCut = new Set(cut.map((id) => id.split('m')[0]))
  assert.ok(conversationsCut.size < cut.length, 'some conversation had several in the batch')
  assert.deepEqual(asked.toSorted(), cut.toSorted())
})
