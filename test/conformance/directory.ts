import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Alias, Conversation, Member } from '../../schemas/types.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { noon } from './history-story.ts'

const ana = {
  participantId: 'p-ana',
  channel: 'telegram',
  account: 'demo',
  address: '555',
  displayName: 'Ana "A\\" {é😀}',
  joinedAt: null,
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

    describe('who is in a group', () => {
      const memberOf = (tenant: string, n: number, over: Partial<Member> = {}): Member => ({
        tenant,
        conversationId: 'c-1',
        participantId: `p-${n}`,
        channel: 'whatsapp',
        account: 'demo',
        address: `55${n}`,
        displayName: null,
        joinedAt: noon + n,
        leftAt: null,
        changedBy: 'key-1',
        ...over,
      })
      const inIt = async (directory: Directory, tenant: string) => {
        const [found] = await directory.conversations([{ tenant, conversationId: 'c-1' }])
        return found?.participants.map(({ participantId }) => participantId)
      }

      test('is who it was created with, and who came since, without who left', async () => {
        const [directory, tenant] = await fresh()
        await directory.applyConversations([conversationOf(tenant, 1)])
        await directory.applyMembers([memberOf(tenant, 2), memberOf(tenant, 3)])
        assert.deepEqual(await inIt(directory, tenant), ['p-ana', 'p-2', 'p-3'])
        await directory.applyMembers([
          memberOf(tenant, 2, { leftAt: noon + 9 }),
          memberOf(tenant, 0, { participantId: 'p-ana', leftAt: noon + 9 }),
        ])
        assert.deepEqual(await inIt(directory, tenant), ['p-3'])
        await directory.applyMembers([
          memberOf(tenant, 2, { leftAt: noon + 10 }),
          memberOf(tenant, 2, { joinedAt: noon + 11, displayName: 'Bia' }),
        ])
        const [found] = await directory.conversations([{ tenant, conversationId: 'c-1' }])
        const {
          tenant: _,
          conversationId,
          leftAt,
          changedBy,
          ...bia
        } = memberOf(tenant, 2, {
          joinedAt: noon + 11,
          displayName: 'Bia',
        })
        assert.deepEqual(found?.participants.at(-1), bia)
      })

      test('is the same whichever is applied first, and again', async () => {
        const [directory, tenant] = await fresh()
        const left = memberOf(tenant, 0, { participantId: 'p-ana', leftAt: noon + 9 })
        for (let round = 0; round < 2; round++) {
          await directory.applyMembers([memberOf(tenant, 2), left])
          await directory.applyConversations([conversationOf(tenant, 1)])
          assert.deepEqual(await inIt(directory, tenant), ['p-2'])
        }
        const [listed] = await directory.list(tenant, { limit: 1 })
        assert.deepEqual(
          listed?.participants.map(({ participantId }) => participantId),
          ['p-2'],
        )
      })

      test('is heard in the group they joined last, of those they have not left', async () => {
        const [directory, tenant] = await fresh()
        const ref = { tenant, participantId: 'p-2' }
        const seat = async () => (await directory.seats([ref, { ...ref, participantId: 'x' }]))[0]
        assert.equal(await seat(), undefined)
        await directory.applyMembers([memberOf(tenant, 2)])
        assert.equal(await seat(), 'c-1')
        const second = memberOf(tenant, 2, { conversationId: 'c-2', joinedAt: noon + 50 })
        await directory.applyMembers([second])
        assert.equal(await seat(), 'c-2')
        await directory.applyMembers([{ ...second, leftAt: noon + 60 }])
        assert.equal(await seat(), 'c-1')
        assert.deepEqual(
          await directory.seats([{ tenant: `${tenant}-other`, participantId: 'p-2' }]),
          [undefined],
        )
        assert.deepEqual(await directory.seats([]), [])
      })
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
