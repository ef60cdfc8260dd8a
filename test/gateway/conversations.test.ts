import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Conversation, Event, Message } from '../../schemas/types.ts'
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
})
