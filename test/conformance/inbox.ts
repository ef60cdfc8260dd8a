import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Conversation, Message, ReadMark } from '../../schemas/types.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Inbox } from '../../storage/ports/inbox.ts'
import { isCode } from '../../topology/contract/errors.ts'
import { batchOf, noon, type Story, story } from './history-story.ts'

export interface InboxStores {
  readonly inbox: Inbox
  readonly history: History
  readonly directory: Directory
}

/** What every Inbox owes. The tables may be shared: each case has a tenant of its own. */
export function inboxSuite(name: string, open: () => Promise<InboxStores>): void {
  async function fresh() {
    const stores = await open()
    const tell = story(`t-${randomUUID()}`)
    const page = (limit = 50, before?: string) =>
      stores.inbox.conversations(tell.tenant, before === undefined ? { limit } : { limit, before })
    return {
      ...stores,
      tell,
      page,
      /** One message in a conversation, at seconds after noon. */
      say: (conversationId: string, at: number, over: Partial<Message> = {}) => {
        const message = messageOf(tell, conversationId, noon + at * 1_000, over)
        return stores.history.apply(batchOf({ messages: [message] })).then(() => message)
      },
      /** Conversations, created a day before. */
      known: (...ids: readonly string[]) =>
        stores.directory.applyConversations(ids.map((id) => conversationOf(tell.tenant, id))),
    }
  }

  describe(`inbox: ${name}`, () => {
    test('lists by what was said last, exactly, page by page', async () => {
      const { known, say, page } = await fresh()
      await known('a', 'b', 'c', 'd', 'never')
      // Each within moments of the others, and some again: nearer to each other than what is noted.
      const order = ['a', 'b', 'c', 'd', 'b', 'a', 'c', 'a', 'a', 'd', 'b', 'a']
      for (const [nth, id] of order.entries()) await say(id, nth * 1.5)
      assert.deepEqual(idsOf(await page()), ['a', 'b', 'd', 'c', 'never'])
      for (const limit of [1, 2, 3]) {
        const all: string[] = []
        for (let before: string | undefined; ; ) {
          const next = await page(limit, before)
          all.push(...idsOf(next))
          if (next.length < limit) break
          before = next.at(-1)?.cursor
        }
        assert.deepEqual(all, ['a', 'b', 'd', 'c', 'never'], `in pages of ${limit}`)
      }
    })

    test('pages through conversations that were active one after another', async () => {
      const { known, say, page } = await fresh()
      const ids = Array.from({ length: 25 }, (_, nth) => `c-${String(nth).padStart(2, '0')}`)
      await known(...ids)
      for (const [nth, id] of ids.entries()) await say(id, nth * 4)
      // The oldest comes back, and two in the middle say more within the slack.
      await say('c-00', 101)
      await say('c-11', 11 * 4 + 7)
      await say('c-12', 12 * 4 + 9)
      const expected = Array.from(ids, (id, nth) => ({ id, at: nth * 4 }))
        .map((each) => ({ ...each, at: moved.get(each.id) ?? each.at }))
        .sort((a, b) => b.at - a.at)
        .map(({ id }) => id)
      const all: string[] = []
      for (let before: string | undefined; ; ) {
        const next = await page(4, before)
        all.push(...idsOf(next))
        if (next.length < 4) break
        before = next.at(-1)?.cursor
      }
      assert.deepEqual(all, expected)
    })

    test('shows the last message with what became of it, and when it was', async () => {
      const { known, say, page, history, tell } = await fresh()
      await known('a')
      await say('a', 1)
      const last = await say('a', 60, { messageId: 'm-last', submissionId: 's-last' })
      const to = tell.delivery({ messageId: 'm-last', conversationId: 'a' })
      await history.apply(batchOf({ deliveries: [to], receipts: [tell.receipt(to, 'read')] }))
      const [found] = await page()
      assert.equal(found?.last?.message.messageId, 'm-last')
      assert.equal(found?.last?.status, 'read')
      assert.equal(found?.activeAt, last.acceptedAt)
    })

    test('counts what people wrote since the mark, and no more', async () => {
      const { known, say, page, history, directory, tell } = await fresh()
      await known('a', 'b')
      const inbound = { direction: 'inbound' } as const
      const first = await say('a', 1, inbound)
      // The log told it twice, in two batches.
      for (const from of [0, 1]) {
        const spans = [{ topic: tell.tenant, partition: 0, from, to: from + 1 }]
        await history.apply(batchOf({ messages: [first], spans }))
      }
      await say('a', 2)
      await say('a', 3, inbound)
      await say('b', 4)
      const unread = async () =>
        Object.fromEntries(
          (await page()).map((each) => [each.conversation.conversationId, each.unread]),
        )
      assert.deepEqual(await unread(), { a: 2, b: 0 })
      await directory.applyReads([markOf(first)])
      assert.deepEqual(await unread(), { a: 1, b: 0 })
      await directory.applyReads([{ ...markOf(first), readTo: noon + 3_000, messageId: 'x' }])
      assert.deepEqual(await unread(), { a: 0, b: 0 })
      assert.equal((await page())[1]?.read?.messageId, 'x')
      // A mark of another tenant's conversation of that id is none of this one's.
      await directory.applyReads([{ ...markOf(first), tenant: `${tell.tenant}-other` }])
      assert.deepEqual(await unread(), { a: 0, b: 0 })
    })

    test('a mark never goes back', async () => {
      const { directory, tell } = await fresh()
      const mark = markOf(messageOf(tell, 'a', noon, {}))
      const further = { ...mark, readTo: noon + 5, messageId: 'further' }
      await directory.applyReads([mark, further, { ...mark, readTo: noon + 2, messageId: 'back' }])
      await directory.applyReads([mark])
      assert.deepEqual(await directory.reads([mark, { ...mark, conversationId: 'none' }]), [
        further,
        undefined,
      ])
    })

    test('neither counts nor shows a repetition, or what went on into another conversation', async () => {
      const { known, say, page, history, tell } = await fresh()
      await known('a', 'b')
      const inbound = { direction: 'inbound' } as const
      await say('a', 1, inbound)
      const again = await say('a', 2, { ...inbound, messageId: 'm-1', submissionId: 's-again' })
      await history.apply(
        batchOf({
          rejections: [
            tell.rejection({
              messageId: again.messageId,
              submissionId: again.submissionId,
              scope: 'submission',
            }),
          ],
        }),
      )
      const moving = await say('a', 3, inbound)
      await history.apply(batchOf({ messages: [{ ...moving, conversationId: 'b' }], hops: [1] }))
      const found = await page()
      assert.deepEqual(
        found.map(({ conversation, unread, last }) => [
          conversation.conversationId,
          unread,
          last?.message.acceptedAt,
        ]),
        [
          ['b', 1, noon + 3_000],
          ['a', 1, noon + 1_000],
        ],
      )
    })

    test('counts and shows once what was told each time that it repeats the other', async () => {
      const { known, say, page, history, tell } = await fresh()
      await known('a')
      const ids = ['s-1', 's-2']
      for (const [nth, submissionId] of ids.entries()) {
        await say('a', nth, { direction: 'inbound', messageId: 'm-1', submissionId })
      }
      const refused = { messageId: 'm-1', scope: 'submission', reason: 'duplicate' }
      const rejections = ids.map((submissionId) => tell.rejection({ ...refused, submissionId }))
      await history.apply(batchOf({ rejections }))
      const [found] = await page()
      assert.deepEqual(
        [found?.unread, found?.last?.status, found?.last?.message.submissionId],
        [1, 'received', 's-1'],
      )
    })

    test('leaves out what the directory does not know, and other tenants', async () => {
      const { known, say, page, history, tell } = await fresh()
      await known('a')
      for (let nth = 0; nth < 5; nth++) await say(`ghost-${nth}`, nth)
      await say('a', 1)
      const other = story(`${tell.tenant}-other`)
      await history.apply(batchOf({ messages: [other.message({ conversationId: 'a' })] }))
      assert.deepEqual(idsOf(await page(1)), ['a'])
      assert.deepEqual(idsOf(await page(1, (await page(1))[0]?.cursor)), [])
    })

    test('refuses a cursor that is none', async () => {
      const { page, inbox, tell } = await fresh()
      const search = () =>
        inbox.search(tell.tenant, { text: 'x', language: 'simple' }, { limit: 1, before: 'x' })
      for (const ask of [() => page(1, 'x'), search]) {
        await assert.rejects(ask(), (error) => isCode(error, 'C4A_BAD_REQUEST'))
      }
    })

    describe('search', () => {
      async function spoken(texts: Readonly<Record<string, string>>) {
        const opened = await fresh()
        const { tell, history, inbox } = opened
        const messages = Object.entries(texts).map(([messageId, text], nth) => ({
          text,
          language: 'simple',
          message: messageOf(tell, nth % 2 === 0 ? 'even' : 'odd', noon + nth * 1_000, {
            messageId,
            submissionId: `s-${messageId}`,
          }),
        }))
        await history.apply(
          batchOf({ messages: messages.map(({ message }) => message), texts: messages }),
        )
        return {
          ...opened,
          find: async (text: string, page = { limit: 50 }, conversationId?: string) =>
            (
              await inbox.search(
                tell.tenant,
                { text, language: 'simple', ...(conversationId && { conversationId }) },
                page,
              )
            ).map(({ message }) => message.messageId),
        }
      }
      const texts = {
        one: 'The quick brown Fox',
        two: 'a fox, and a quick hen',
        three: "the hen's coração \\ 'quoted\" 😀",
        four: 'brown fox FOX fox',
      }

      test('finds all the words, phrases, and not what is not wanted; newest first', async () => {
        const { find } = await spoken(texts)
        assert.deepEqual(await find('fox'), ['four', 'two', 'one'])
        assert.deepEqual(await find('quick FOX'), ['two', 'one'])
        assert.deepEqual(await find('"brown fox"'), ['four', 'one'])
        assert.deepEqual(await find('fox -quick'), ['four'])
        assert.deepEqual(await find('coração or quick'), ['three', 'two', 'one'])
        assert.deepEqual(await find('wolf'), [])
        assert.deepEqual(await find('fox', { limit: 50 }, 'odd'), ['four', 'two'])
      })

      test('takes anything for a query, and finds nothing for nothing', async () => {
        const { find, tell } = await spoken(texts)
        for (const odd of ['', ' ', '!', '-', '"', "' & | !", ':* <->', '\\', '\0', tell.tenant]) {
          assert.deepEqual(await find(odd), [], JSON.stringify(odd))
        }
      })

      test('goes on from a page', async () => {
        const { inbox, tell } = await spoken(texts)
        const query = { text: 'fox', language: 'simple' }
        const [first] = await inbox.search(tell.tenant, query, { limit: 1 })
        const rest = await inbox.search(tell.tenant, query, {
          limit: 9,
          before: first?.cursor ?? '',
        })
        assert.deepEqual(
          rest.map(({ message }) => message.messageId),
          ['two', 'one'],
        )
      })

      test('shows a message once, however often its words were told, and none of another tenant', async () => {
        const { find, history, tell } = await spoken(texts)
        const message = messageOf(tell, 'even', noon, { messageId: 'one', submissionId: 's-one' })
        const text = { message, text: texts.one, language: 'simple' }
        await history.apply(batchOf({ messages: [message], texts: [text] }))
        const theirs = { ...message, tenant: `${tell.tenant}-other`, messageId: 'theirs' }
        await history.apply(batchOf({ messages: [theirs], texts: [{ ...text, message: theirs }] }))
        assert.deepEqual(await find('quick brown'), ['one'])
      })
    })
  })
}

const moved = new Map([
  ['c-00', 101],
  ['c-11', 51],
  ['c-12', 57],
])

const idsOf = (page: Awaited<ReturnType<Inbox['conversations']>>) =>
  page.map(({ conversation }) => conversation.conversationId)

let minted = 0

const messageOf = (
  tell: Story,
  conversationId: string,
  acceptedAt: number,
  over: Partial<Message>,
): Message => {
  minted++
  const ids = { messageId: `m-${minted}-${tell.tenant}`, submissionId: `s-${minted}` }
  return tell.message({ ...ids, conversationId, acceptedAt, ...over })
}

const markOf = ({ tenant, conversationId, messageId, acceptedAt }: Message): ReadMark => ({
  tenant,
  conversationId,
  messageId,
  readTo: acceptedAt,
  readAt: noon + 99_000,
  readBy: 'key-1',
})

const conversationOf = (tenant: string, conversationId: string): Conversation => ({
  tenant,
  conversationId,
  kind: 'direct',
  title: null,
  participants: [],
  createdAt: noon - 86_400_000,
  createdBy: 'key-1',
})
