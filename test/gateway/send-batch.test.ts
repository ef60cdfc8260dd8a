import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { openGateway } from './open-gateway.ts'

const to = (address: string) => ({ channel: 'telegram', address })
const text = (what: string) => ({ type: 'text', text: what })
const path = '/v1/messages:batch'

interface Item {
  readonly status: string
  readonly messageId: string
  readonly error?: { readonly code: string; readonly detail: string }
}

describe('POST /v1/messages:batch', () => {
  test('accepts all in one append and keeps their order', async (t) => {
    let appends = 0
    const { api, decoded } = await openGateway(t, {
      tools: ({ broker }) => ({
        broker: {
          ...broker,
          append(records) {
            appends++
            return broker.append(records)
          },
        },
      }),
    })
    const messages = Array.from({ length: 1_000 }, (_, n) => ({
      messageId: `m${n}`,
      to: to(`p${n % 10}`),
      content: text(`hello ${n}`),
    }))
    const answer = await api.call(path, { body: { messages } })
    assert.equal(answer.status, 202)
    assert.equal(appends, 1)
    assert.deepEqual(
      answer.json.items.map(({ messageId }: Item) => messageId),
      messages.map(({ messageId }) => messageId),
    )
    const stored = (await decoded('messages.submitted', 'Message')) as Message[]
    const numbers = new Map<string, number>()
    for (const { address, messageId } of stored) {
      const number = Number(messageId.slice(1))
      assert.ok(number > (numbers.get(address ?? '') ?? -1))
      numbers.set(address ?? '', number)
    }
    assert.equal(stored.length, 1_000)
  })

  test('gives ids back as they came, whatever is in them', async (t) => {
    const { api } = await openGateway(t)
    const ids = ['"quoted"', 'back\\slash', 'ação 🚚', '</script>', 'a b', "it's", '\ud800']
    const messages = ids.map((id) => ({
      messageId: id,
      conversationId: `c ${id}`,
      content: text('1'),
    }))
    const answer = await api.call(path, { body: { messages } })
    assert.equal(answer.status, 202)
    assert.match(String(answer.headers['content-type']), /^application\/json; charset=utf-8$/)
    const items = answer.json.items as (Item & { readonly conversationId: string })[]
    assert.deepEqual(
      items.map(({ messageId, conversationId }) => [messageId, conversationId]),
      ids.map((id) => [id, `c ${id}`]),
    )
  })

  test('answers by item, and attempts nothing of a conversation after its first failure', async (t) => {
    const { api, decoded } = await openGateway(t)
    const messages = [
      { messageId: 'a1', to: to('ana'), content: text('1') },
      { messageId: 'a2', to: to('ana'), content: { type: 'text', text: '' } },
      { messageId: 'b1', to: to('bia'), content: text('1') },
      { messageId: 'a3', to: to('ana'), content: text('3') },
      {
        messageId: 'x',
        conversationId: 'c',
        content: text('1'),
        expiresAt: '2020-01-01T00:00:00Z',
      },
      { messageId: 'y', conversationId: 'c', content: text('2') },
      'nonsense',
    ]
    const answer = await api.call(path, { body: { messages } })
    assert.equal(answer.status, 207)
    const items = answer.json.items as Item[]
    assert.deepEqual(
      items.map(({ status }) => status),
      [
        ...['accepted', 'refused', 'accepted', 'not-attempted'],
        ...['refused', 'not-attempted', 'refused'],
      ],
    )
    assert.match(items[1]?.error?.detail ?? '', /'content.text' is empty/)
    assert.equal(items[4]?.error?.code, 'C4A_UNPROCESSABLE')
    const stored = (await decoded('messages.submitted', 'Message')) as Message[]
    assert.deepEqual(new Set(stored.map(({ messageId }) => messageId)), new Set(['a1', 'b1']))
  })

  test('answers 503 with the ids of all when the log fails', async (t) => {
    const down = new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'x', why: 'y', todo: 'z' })
    const { api } = await openGateway(t, {
      tools: ({ broker }) => ({ broker: { ...broker, append: () => Promise.reject(down) } }),
    })
    const messages = [
      { messageId: 'm1', to: to('ana'), content: text('1') },
      { to: to('bia'), content: text('2') },
    ]
    const answer = await api.call(path, { body: { messages } })
    assert.equal(answer.status, 503)
    assert.equal(answer.json.items.length, 2)
    assert.equal(answer.json.items[0].messageId, 'm1')
    assert.match(answer.json.items[1].messageId, /^[0-9a-f-]{36}$/)
  })

  const mistakes: readonly [string, unknown, RegExp][] = [
    ['none', { messages: [] }, /no entries/],
    ['too many', { messages: Array(1_001).fill({}) }, /more than 1000 entries/],
    ['no list', { message: [] }, /Did you mean 'messages'|has no 'messages'/],
    ['a template for nobody', { template: {} }, /has no 'recipients'/],
    ['people and nothing for them', { recipients: [{}] }, /has no 'template'/],
    ['both kinds', { template: {}, recipients: [{}], messages: [{}] }, /field 'messages' that/],
  ]
  for (const [name, body, sentence] of mistakes) {
    test(`refuses a batch with ${name}`, async (t) => {
      const { api } = await openGateway(t)
      const answer = await api.call(path, { body })
      assert.equal(answer.status, 400)
      assert.match(answer.json.detail, sentence)
    })
  }
})
