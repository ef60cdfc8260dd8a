import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Alias, Conversation } from '../../schemas/types.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { noon } from './history-story.ts'

const ana = {
  participantId: 'p-ana',
  channel: 'telegram',
  account: 'demo',
  address: '555',
  displayName: 'Ana "A\\" {é😀}',
}

const alias: Omit<Alias, 'tenant'> = {
  channel: 'telegram',
  account: 'demo',
  address: '777',
  conversationId: 'c-1',
  participantId: 'p-ana',
  createdAt: noon,
}

/** What every Directory owes. The tables may be shared: each case has a tenant of its own. */
export function directorySuite(name: string, open: () => Promise<Directory>): void {
  const fresh = async (): Promise<[Directory, string]> => [await open(), `t-${randomUUID()}`]

  describe(`directory: ${name}`, () => {
    test('answers in the order asked, and undefined for what it does not know', async () => {
      const [directory, tenant] = await fresh()
      const [one, two] = [conversationOf(tenant, 1), conversationOf(tenant, 2)]
      await directory.applyConversations([one, two])
      const refs = ['c-2', 'c-9', 'c-1', 'c-2'].map((conversationId) => ({
        tenant,
        conversationId,
      }))
      assert.deepEqual(await directory.conversations(refs), [two, undefined, one, two])
      assert.deepEqual(await directory.conversations([]), [])
    })

    test('lets a later record of a conversation win, in one batch and over batches', async () => {
      const [directory, tenant] = await fresh()
      const first = conversationOf(tenant, 1)
      const second = { ...first, title: 'second', participants: [ana, ana] }
      const third = { ...first, title: null, participants: [] }
      await directory.applyConversations([first, second])
      assert.deepEqual(await directory.conversations([first]), [second])
      await directory.applyConversations([third])
      assert.deepEqual(await directory.conversations([first]), [third])
    })

    test('finds an alias by channel, account and address together', async () => {
      const [directory, tenant] = await fresh()
      const known = { ...alias, tenant }
      const moved = { ...known, conversationId: 'c-2' }
      await directory.applyAliases([known, { ...known, account: 'other' }, moved])
      const refs = [known, { ...known, channel: 'whatsapp' }, { ...known, tenant: 'other' }]
      assert.deepEqual(await directory.aliases(refs), [moved, undefined, undefined])
      assert.deepEqual(await directory.aliases([]), [])
    })

    test('lists newest first, page by page, within the tenant', async () => {
      const [directory, tenant] = await fresh()
      // 2 and 3 share an instant, and the page ends between them
      const all = [1, 2, 3, 4].map((n) => ({
        ...conversationOf(tenant, n),
        createdAt: noon + (n === 3 ? 2 : n),
      }))
      await directory.applyConversations([...all, conversationOf(`${tenant}-other`, 5)])
      const first = await directory.list(tenant, { limit: 2 })
      const last = first.at(-1)
      const before = `${last?.createdAt}/${last?.conversationId}`
      const rest = await directory.list(tenant, { limit: 9, before })
      assert.deepEqual(
        [...first, ...rest].map(({ conversationId }) => conversationId),
        ['c-4', 'c-3', 'c-2', 'c-1'],
      )
      await assert.rejects(directory.list(tenant, { limit: 1, before: 'x' }), (error) =>
        isCode(error, 'C4A_BAD_REQUEST'),
      )
    })
  })
}

const conversationOf = (tenant: string, n: number): Conversation => ({
  tenant,
  conversationId: `c-${n}`,
  kind: 'group',
  title: 'first',
  participants: [ana],
  createdAt: noon + n,
  createdBy: 'key-1',
})
