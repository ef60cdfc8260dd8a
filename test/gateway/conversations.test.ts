import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Conversation, Event, Message, ReadMark } from '../../schemas/types.ts'
import { type OpenGateway, openGateway } from './open-gateway.ts'

const ana = { channel: 'telegram', address: '4711', displayName: 'Ana' }
const bia = { channel: 'whatsapp', address: '+55 11 99999-0001', account: 'main' }

async function project({ decoded, tools }: OpenGateway) {
  const found = await decoded('directory.conversations', 'Conversation')
  await tools.directory.applyConversations(found as Conversation[])
  const messages = (await decoded('messages.submitted', 'Message')) as Message[]
  await tools.history.apply({ messages, rejections: [], deliveries: [], receipts: [] })
}

describe('conversations', () => {
  test('one participant makes the direct conversation that messages to the person join', async (t) => {
    const { api, tools, decoded } = await openGateway(t)
    const created = await api.call('/v1/conversations', { body: { participants: [ana] } })
    assert.equal(created.status, 201)
    assert.equal(created.json.kind, 'direct')
    const to = { channel: ana.channel, address: ana.address }
    const sent = await api.call('/v1/messages', {
      body: { to, content: { type: 'text', text: 'x' } },
    })
    assert.equal(created.json.conversationId, sent.json.conversationId)
    assert.equal(
      created.json.participants[0].participantId,
      tools.ids.participant('default', 'telegram', 'bot', '4711'),
    )
    const [event] = (await decoded('events', 'Event')) as Event[]
    assert.equal(event?.type, 'conversation.created')
    assert.equal(event?.conversationId, created.json.conversationId)
  })

  test('several make a group, the same one for the same Idempotency-Key', async (t) => {
    const { api } = await openGateway(t)
    const body = { title: 'Trip', participants: [ana, bia] }
    const headers = { 'idempotency-key': 'g1' }
    const first = await api.call('/v1/conversations', { body, headers })
    const again = await api.call('/v1/conversations', { body, headers })
    const other = await api.call('/v1/conversations', { body })
    assert.equal(first.json.kind, 'group')
    assert.equal(first.json.participants[1].address, '5511999990001')
    assert.equal(first.json.conversationId, again.json.conversationId)
    assert.notEqual(first.json.conversationId, other.json.conversationId)
  })

  test('refuses one person named twice, an unknown channel, nobody', async (t) => {
    const { api } = await openGateway(t)
    const statuses: number[] = []
    for (const participants of [[ana, ana], [{ channel: 'fax', address: '1' }], []]) {
      const answer = await api.call('/v1/conversations', { body: { participants } })
      statuses.push(answer.status)
    }
    assert.deepEqual(statuses, [422, 422, 400])
  })

  test('lists them page by page, newest first', async (t) => {
    let now = 1_800_000_000_000
    const open = await openGateway(t, {
      tools: ({ clock }) => ({ clock: { ...clock, now: () => now++ } }),
    })
    const ids: string[] = []
    for (const address of ['1', '2', '3']) {
      const participants = [{ channel: 'telegram', address }]
      const created = await open.api.call('/v1/conversations', { body: { participants } })
      ids.unshift(created.json.conversationId)
    }
    await project(open)
    const first = await open.api.call('/v1/conversations?limit=2')
    const before = encodeURIComponent(first.json.next)
    const second = await open.api.call(`/v1/conversations?limit=2&before=${before}`)
    const listed = [...first.json.conversations, ...second.json.conversations]
    assert.deepEqual(
      listed.map(({ conversationId }) => conversationId),
      ids,
    )
    assert.equal(second.json.next, undefined)
    assert.equal((await open.api.call('/v1/conversations?before=junk')).status, 400)
    assert.equal((await open.api.call('/v1/conversations?limit=0')).status, 400)
    assert.equal((await open.api.call('/v1/conversations?limit=many')).status, 400)
  })

  test("lists a conversation's messages, and knows which conversations there are", async (t) => {
    const open = await openGateway(t)
    const to = { channel: 'telegram', address: '4711' }
    let conversationId = ''
    for (const text of ['one', 'two', 'three']) {
      const sent = await open.api.call('/v1/messages', {
        body: { to, content: { type: 'text', text } },
      })
      conversationId = sent.json.conversationId
    }
    await project(open)
    const path = `/v1/conversations/${conversationId}/messages`
    const first = await open.api.call(`${path}?limit=2`)
    const second = await open.api.call(
      `${path}?limit=2&before=${encodeURIComponent(first.json.next)}`,
    )
    const texts = [...first.json.messages, ...second.json.messages].map(
      ({ content }) => content.text,
    )
    assert.deepEqual(new Set(texts), new Set(['one', 'two', 'three']))
    assert.equal(texts.length, 3)
    assert.equal((await open.api.call('/v1/conversations/c_none/messages')).status, 404)
  })

  test('an empty conversation has no messages, which is no error', async (t) => {
    const open = await openGateway(t)
    const body = { participants: [ana, bia] }
    const created = await open.api.call('/v1/conversations', { body })
    await project(open)
    const path = `/v1/conversations/${created.json.conversationId}/messages`
    assert.deepEqual((await open.api.call(path)).json, { messages: [] })
  })

  describe('by activity', () => {
    async function talked(t: TestContext) {
      let now = 1_800_000_000_000
      const open = await openGateway(t, {
        tools: ({ clock }) => ({ clock: { ...clock, now: () => (now += 1_000) } }),
      })
      const ids: string[] = []
      for (const [address, text] of [
        ['1', 'one'],
        ['2', 'two'],
        ['1', 'three'],
      ]) {
        const to = { channel: 'telegram', address }
        const body = { to, content: { type: 'text', text } }
        ids.push((await open.api.call('/v1/messages', { body })).json.conversationId)
      }
      for (const address of ['1', '2']) {
        const participants = [{ channel: 'telegram', address }]
        await open.api.call('/v1/conversations', { body: { participants } })
      }
      await project(open)
      const [first = '', second = ''] = ids
      const message = {
        ...((await open.decoded('messages.submitted', 'Message')) as Message[])[0],
        conversationId: second,
        messageId: 'in:telegram:bot:9',
        submissionId: 'inbound',
        direction: 'inbound',
        acceptedAt: now + 1_000,
      } as Message
      const empty = { rejections: [], deliveries: [], receipts: [] }
      await open.tools.history.apply({ ...empty, messages: [message] })
      const list = async () =>
        (await open.api.call('/v1/conversations?order=activity')).json.conversations
      return { ...open, first, second, list }
    }

    test('shows the last message and how many are unread', async (t) => {
      const { list, first, second } = await talked(t)
      const found = await list()
      assert.deepEqual(
        // biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
        found.map((each: any) => [each.conversationId, each.unread, each.lastMessage.messageId]),
        [
          [second, 1, 'in:telegram:bot:9'],
          [first, 0, found[1].lastMessage.messageId],
        ],
      )
      assert.equal(found[1].lastMessage.content.text, 'three')
      assert.equal(found[0].activeAt, found[0].lastMessage.acceptedAt)
      assert.equal(found[1].activeAt, found[1].createdAt, 'it was announced after that')
    })

    test('marks as read once, up to a message, and says so on the feed', async (t) => {
      const { api, tools, decoded, list, second } = await talked(t)
      const path = `/v1/conversations/${second}/read`
      const marked = await api.call(path, { body: {} })
      assert.equal(marked.status, 200)
      assert.equal(marked.json.read.messageId, 'in:telegram:bot:9')
      assert.match(marked.json.position, /^r/)
      await tools.directory.applyReads((await decoded('directory.reads', 'ReadMark')) as ReadMark[])
      assert.equal((await list())[0].unread, 0)
      assert.deepEqual((await list())[0].read, marked.json.read)

      const again = await api.call(path, { body: {} })
      assert.deepEqual(again.json, { conversationId: second, read: marked.json.read })
      assert.equal((await decoded('directory.reads', 'ReadMark')).length, 1)
      const events = (await decoded('events', 'Event')) as Event[]
      const [event] = events.filter(({ type }) => type === 'conversation.read')
      assert.equal(event?.conversationId, second)
      assert.deepEqual(JSON.parse(event?.data ?? ''), marked.json.read)
    })

    test('refuses a message of another conversation, and a conversation there is none of', async (t) => {
      const { api, second, first } = await talked(t)
      const messageId = 'in:telegram:bot:9'
      const elsewhere = await api.call(`/v1/conversations/${first}/read`, { body: { messageId } })
      const nowhere = await api.call('/v1/conversations/c_none/read', { body: {} })
      const odd = await api.call(`/v1/conversations/${second}/read`, { body: { upTo: 'x' } })
      assert.deepEqual([elsewhere.status, nowhere.status, odd.status], [404, 404, 400])
    })

    test('has nothing to mark where nothing was said', async (t) => {
      const open = await openGateway(t)
      const body = { participants: [ana, bia] }
      const { conversationId } = (await open.api.call('/v1/conversations', { body })).json
      await project(open)
      const answer = await open.api.call(`/v1/conversations/${conversationId}/read`, { body: {} })
      assert.deepEqual(answer.json, { conversationId })
    })
  })

  describe('search', () => {
    test('finds messages by their words, page by page', async (t) => {
      const { api, tools, decoded } = await openGateway(t)
      for (const text of ['a red hen', 'a red fox', 'a blue fox']) {
        await api.call('/v1/messages', {
          body: { to: { channel: 'telegram', address: '1' }, content: { type: 'text', text } },
        })
      }
      const messages = (await decoded('messages.submitted', 'Message')) as Message[]
      const texts = messages.map((message) => {
        const content = tools.content.decode(message.contentKind, message.content)
        return { message, language: 'simple', text: content.type === 'text' ? content.text : '' }
      })
      const none = { rejections: [], deliveries: [], receipts: [] }
      await tools.history.apply({ ...none, messages, texts })
      const said = async (query: string) => {
        const { json } = await api.call(`/v1/messages:search?${query}`)
        return {
          // biome-ignore lint/suspicious/noExplicitAny: plain JSON of an answer.
          texts: json.messages.map((each: any) => each.content.text).toSorted(),
          next: json.next,
        }
      }
      assert.deepEqual((await said('q=red')).texts, ['a red fox', 'a red hen'])
      assert.deepEqual((await said('q=fox%20-blue')).texts, ['a red fox'])
      const first = await said('q=fox&limit=1')
      const rest = await said(`q=fox&limit=1&before=${encodeURIComponent(first.next)}`)
      assert.deepEqual(
        new Set([...first.texts, ...rest.texts]),
        new Set(['a blue fox', 'a red fox']),
      )
      assert.equal((await api.call('/v1/messages:search')).status, 400)
    })

    test('says who can switch it on where it is off', async (t) => {
      const { api } = await openGateway(t, { tools: () => ({ searchLanguage: null }) })
      const answer = await api.call('/v1/messages:search?q=x')
      assert.equal(answer.status, 422)
      assert.match(answer.json.detail, /pipeline\.yaml/)
    })
  })
})
