import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Message } from '../../schemas/types.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Position } from '../../topology/contract/record.ts'
import { openGateway } from './open-gateway.ts'

const hello = {
  messageId: 'm 1/x',
  to: { channel: 'telegram', address: '4711' },
  content: { type: 'location', latitude: -23.5, longitude: -46.6, name: 'home' },
}

async function project(history: History, messages: readonly Message[]) {
  await history.apply({ messages, rejections: [], deliveries: [], receipts: [] })
}

describe('GET /v1/messages/{messageId}', () => {
  test('tells all of a message and each delivery with the history of its status', async (t) => {
    const { api, decoded, tools } = await openGateway(t)
    await api.call('/v1/messages', { body: hello })
    const [message] = (await decoded('messages.submitted', 'Message')) as Message[]
    assert.ok(message)
    await project(tools.history, [message])
    const { messageId, submissionId, tenant, conversationId, acceptedAt, digest } = message
    const deliveryId = '0'.repeat(32)
    const delivery = {
      ...{ deliveryId, messageId, submissionId, tenant, conversationId, acceptedAt, digest },
      ...{ participantId: 'p_1', channel: 'telegram', account: 'bot', address: '4711' },
      ...{
        part: 0,
        parts: 1,
        expiresAt: null,
        sendAt: null,
        fallback: false,
        humanAgent: false,
        replyTo: null,
        answers: null,
        senderId: null,
        senderName: null,
        contentKind: 'location',
      },
      ...{ content: message.content, seal: null },
    }
    const receipt = {
      ...{ tenant, channel: 'telegram', account: 'bot', conversationId, participantId: 'p_1' },
      ...{ deliveryId, messageId, part: 0, providerMessageId: '77', kind: 'sent', reason: null },
      ...{ detail: null, attempt: 1, possibleDuplicate: false, watermark: null },
      ...{ providerAt: 1_800_000_000_000, observedAt: 1_800_000_000_500 },
      ...{ calledAt: null, source: 'connector' },
    }
    await tools.history.apply({
      messages: [],
      rejections: [],
      deliveries: [delivery],
      receipts: [{ receipt, delivery }],
    })

    const answer = await api.call(`/v1/messages/${encodeURIComponent(hello.messageId)}`)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.messageId, hello.messageId)
    assert.deepEqual(answer.json.content, hello.content)
    assert.equal(answer.json.status, 'sent')
    const [shown] = answer.json.deliveries
    assert.equal(shown.providerMessageId, '77')
    assert.equal(shown.address, '4711')
    assert.deepEqual(
      shown.history.map(({ kind, providerAt, observedAt }: Record<string, string>) => ({
        kind,
        providerAt,
        observedAt,
      })),
      [
        {
          kind: 'sent',
          providerAt: '2027-01-15T08:00:00.000Z',
          observedAt: '2027-01-15T08:00:00.500Z',
        },
      ],
    )
  })

  test('waits for the position of its 202: read your writes', async (t) => {
    const asked: Position[] = []
    const { api, decoded, records, tools } = await openGateway(t, {
      tools: ({ history }) => ({
        async waitFor(position) {
          asked.push(position)
          await project(history, (await decoded('messages.submitted', 'Message')) as Message[])
          return true
        },
      }),
    })
    const { json } = await api.call('/v1/messages', { body: hello })
    const id = encodeURIComponent(hello.messageId)
    assert.equal((await api.call(`/v1/messages/${id}`)).status, 404)
    assert.equal((await api.call(`/v1/messages/${id}?position=${json.position}`)).status, 200)
    const headers = { 'x-c4a-position': json.position }
    assert.equal((await api.call(`/v1/messages/${id}`, { headers })).status, 200)

    const [record] = await records(tools.topics.submitted)
    const { topic, partition, offset } = record ?? assert.fail()
    assert.deepEqual(asked, Array(2).fill({ topic, partition, offset }))
  })

  test('asks a history that may be a copy for the position, once the tables have passed it', async (t) => {
    const shows: unknown[] = []
    let passed = true
    const { api, records, tools } = await openGateway(t, {
      tools: ({ history }) => ({
        waitFor: async () => passed,
        history: {
          ...history,
          async message(_tenant, _messageId, record) {
            shows.push(record)
            return undefined
          },
          async messages(_tenant, _conversationId, _page, record) {
            shows.push(record)
            return []
          },
        },
      }),
    })
    const { json } = await api.call('/v1/messages', { body: hello })
    const query = `?position=${json.position}`
    await api.call(`/v1/messages/x${query}`)
    await api.call(`/v1/conversations/c/messages${query}`)
    passed = false
    await api.call(`/v1/messages/x${query}`)
    await api.call('/v1/messages/x')
    const [record] = await records(tools.topics.submitted)
    const { topic, partition, offset } = record ?? assert.fail()
    const position = { topic, partition, offset }
    assert.deepEqual(shows, [position, position, undefined, undefined])
  })

  test('says of an unknown message that it may be on its way', async (t) => {
    const { api } = await openGateway(t)
    const answer = await api.call('/v1/messages/none')
    assert.equal(answer.status, 404)
    assert.match(answer.json.detail, /on its way/)
    assert.equal((await api.call('/v1/messages/none?position=xyz')).status, 400)
    assert.equal((await api.call('/v1/messages/none?positon=xyz')).status, 400)
  })

  test("shows nothing of another tenant's messages", async (t) => {
    const { api, decoded, tools } = await openGateway(t)
    await api.call('/v1/messages', { body: { ...hello, messageId: 'm1' } })
    const [message] = (await decoded('messages.submitted', 'Message')) as Message[]
    assert.ok(message)
    await project(tools.history, [{ ...message, tenant: 'other' }])
    assert.equal((await api.call('/v1/messages/m1')).status, 404)
  })
})
