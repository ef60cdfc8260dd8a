import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Conversation } from '../../schemas/types.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { recentDirectory } from '../../storage/adapters/recent/directory.ts'
import type { AddressRef, Directory } from '../../storage/ports/directory.ts'
import { directorySuite } from '../conformance/directory.ts'

directorySuite('memory, remembered', async () => recentDirectory(memoryDirectory()))

const conversation: Conversation = {
  tenant: 't',
  conversationId: 'c-1',
  kind: 'group',
  title: 'first',
  participants: [],
  createdAt: 1,
  createdBy: 'test',
}
const renamed: Conversation = { ...conversation, title: 'second' }
const address: AddressRef = { tenant: 't', channel: 'telegram', account: 'demo', address: '7' }
const alias = { ...address, conversationId: 'c-1', participantId: 'p-1', createdAt: 1 }

/** Counts what is asked of the tables, and runs what stands in `before` or `after` a look-up, once. */
function watched() {
  const tables = memoryDirectory()
  const asked: string[] = []
  const once: { before?: () => void; after?: () => void; fault?: Error } = {}
  const directory: Directory = {
    ...tables,
    async conversations(refs) {
      asked.push(...refs.map(({ conversationId }) => conversationId))
      const { before, after, fault } = once
      for (const name of ['before', 'after', 'fault'] as const) delete once[name]
      if (fault) throw fault
      before?.()
      const found = await tables.conversations(refs)
      after?.()
      return found
    },
    async aliases(refs) {
      asked.push(...refs.map((ref) => ref.address))
      return tables.aliases(refs)
    },
  }
  return { tables, asked, once, recent: recentDirectory(directory) }
}

describe('a directory that remembers', () => {
  test('asks the tables once for what it was told, also within one call', async () => {
    const { asked, recent } = watched()
    await recent.applyConversations([conversation])
    const both = [conversation, conversation]
    await recent.conversations(both)
    assert.deepEqual(await recent.conversations([...both, renamed]), [...both, conversation])
    assert.deepEqual(asked, ['c-1', 'c-1'])
  })

  test('asks again for a conversation that was not known, and not for an alias that there is not', async () => {
    const { asked, recent } = watched()
    for (let n = 0; n < 2; n++) {
      assert.deepEqual(await recent.conversations([conversation]), [undefined])
      assert.deepEqual(await recent.aliases([address]), [undefined])
    }
    assert.deepEqual(asked, ['c-1', '7', 'c-1'])
    await recent.applyAliases([alias])
    assert.deepEqual(await recent.aliases([address]), [alias])
  })

  for (const when of ['before', 'after'] as const) {
    test(`does not remember an answer during which a change was made, ${when} it was read`, async () => {
      const { once, recent } = watched()
      await recent.applyConversations([conversation])
      let changed = Promise.resolve()
      once[when] = () => {
        changed = recent.applyConversations([renamed])
      }
      await recent.conversations([conversation])
      await changed
      assert.deepEqual(await recent.conversations([conversation]), [renamed])
    })
  }

  test('tells what a change says from its end on, whatever was read while it went on', async () => {
    const { tables } = watched()
    await tables.applyConversations([conversation])
    const end = Promise.withResolvers<void>()
    const recent = recentDirectory({
      ...tables,
      applyConversations: (changed) => end.promise.then(() => tables.applyConversations(changed)),
    })
    const change = recent.applyConversations([renamed])
    await recent.conversations([conversation])
    end.resolve()
    await change
    assert.deepEqual(await recent.conversations([conversation]), [renamed])
  })

  test('asks again after a look-up or a change that failed', async () => {
    const { tables, once, recent } = watched()
    await recent.applyConversations([conversation])
    once.fault = new Error('away')
    await assert.rejects(recent.conversations([conversation]), /away/)
    assert.deepEqual(await recent.conversations([conversation]), [conversation])
    const failing = recentDirectory({
      ...tables,
      async applyConversations(changed) {
        await tables.applyConversations(changed)
        throw new Error('the answer was lost')
      },
    })
    await failing.conversations([conversation])
    await assert.rejects(failing.applyConversations([renamed]), /lost/)
    assert.deepEqual(await failing.conversations([conversation]), [renamed])
  })

  test('forgets what was not asked for while much else was, and keeps what was', async () => {
    const { asked, recent } = watched()
    const participants = Array.from({ length: 999 }, (_, n) => ({
      participantId: `p-${n}`,
      channel: 'telegram',
      account: 'demo',
      address: String(n),
      displayName: null,
      joinedAt: null,
    }))
    const groups = Array.from({ length: 200 }, (_, n) => ({
      ...conversation,
      conversationId: `g-${n}`,
      participants,
    }))
    await recent.applyConversations([conversation, renamed, ...groups])
    const used = { ...conversation, conversationId: 'g-0' }
    for (const group of groups) await recent.conversations([group, used])
    const before = asked.length
    await recent.conversations([used])
    assert.equal(asked.length, before)
    await recent.conversations([{ ...conversation, conversationId: 'g-1' }])
    assert.equal(asked.length, before + 1)
  })
})
