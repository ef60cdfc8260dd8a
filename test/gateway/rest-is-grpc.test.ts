import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { ServiceError } from '@grpc/grpc-js'
import type { Conversation, Message } from '../../schemas/types.ts'
import type { ApiAnswer } from './api-client.ts'
import { appendEvents } from './append-events.ts'
import { conversationRows } from './conversation-rows.ts'
import { type GrpcClient, grpcClient } from './grpc-client.ts'
import { adminKey, type OpenGateway, openGateway } from './open-gateway.ts'
import { plainAnswer } from './plain-answer.ts'

// biome-ignore lint/suspicious/noExplicitAny: both sides are compared as plain data.
type Any = any

interface Row {
  readonly name: string
  /** Fields of the answer that are another's each time. */
  readonly minted?: readonly string[]
  readonly rest: (open: OpenGateway, ids: Ids) => Promise<ApiAnswer>
  readonly grpc: (client: GrpcClient, ids: Ids) => Promise<Any>
}

interface Ids {
  readonly conversationId: string
  readonly webhookId: string
}

const to = { channel: 'telegram', address: '4711' }
const whatsapp = { channel: 'whatsapp', address: '5511999990001', account: 'main', after: 60 }
const text = { type: 'text', text: 'hello' }
const past = '2020-01-01T00:00:00.000Z'
const future = '2999-01-01T00:00:00.000Z'
const timestamp = (rfc3339: string) => ({ seconds: Date.parse(rfc3339) / 1_000, nanos: 0 })

const send = (body: object, request: object = body): Pick<Row, 'rest' | 'grpc'> => ({
  rest: ({ api }) => api.call('/v1/messages', { body }),
  grpc: (client) => client.call('MessageService', 'Send', request),
})
const preview = (body: object): Pick<Row, 'rest' | 'grpc'> => ({
  rest: ({ api }) => api.call('/v1/messages:preview', { body }),
  grpc: (client) => client.call('MessageService', 'Preview', body),
})
const get = (path: string, service: Any, method: string, request: object) => ({
  rest: ({ api }: OpenGateway) => api.call(path),
  grpc: (client: GrpcClient) => client.call(service, method, request),
})
const batch = [
  { messageId: 'b1', to, content: text },
  { messageId: 'b2', to, content: { type: 'text' } },
  { messageId: 'b3', to, content: text },
]

/** One row for each operation, and for each kind of mistake that one can make with it. */
const rows: readonly Row[] = [
  { name: 'send', ...send({ messageId: 'm1', to, content: text, metadata: { a: '1' } }) },
  {
    name: 'send with an end',
    ...send(
      { messageId: 'm2', to, content: text, expiresAt: future },
      { messageId: 'm2', to, content: text, expiresAt: timestamp(future) },
    ),
  },
  {
    name: 'send a place on the equator',
    ...send({ messageId: 'm3', to, content: { type: 'location', latitude: 0, longitude: 0 } }),
  },
  {
    name: 'send what has expired',
    ...send(
      { to, content: text, expiresAt: past },
      { to, content: text, expiresAt: timestamp(past) },
    ),
  },
  {
    name: 'create a token for a person',
    minted: ['token', 'expiresAt'],
    rest: ({ api }) => api.call('/v1/in-app/tokens', { body: { address: 'ana' } }),
    grpc: (client) => client.call('InAppService', 'CreatePersonToken', { address: 'ana' }),
  },
  {
    name: 'create a token for nobody',
    rest: ({ api }) => api.call('/v1/in-app/tokens', { body: {} }),
    grpc: (client) => client.call('InAppService', 'CreatePersonToken', {}),
  },
  { name: 'send nothing', ...send({ to }) },
  { name: 'send nowhere', ...send({ content: text }) },
  { name: 'send a text without text', ...send({ to, content: { type: 'text' } }) },
  { name: 'send with a field of another kind', ...send({ to, content: { ...text, url: 'x' } }) },
  { name: 'send an unknown kind', ...send({ to, content: { type: 'poem' } }) },
  {
    name: 'send over an unknown channel',
    ...send({ to: { ...to, channel: 'fax' }, content: text }),
  },
  { name: 'send under an id of the hub', ...send({ messageId: 'in:x', to, content: text }) },
  {
    name: 'preview a list',
    ...preview({
      to,
      content: {
        type: 'list',
        text: 'When?',
        button: 'Times',
        sections: [{ rows: [{ id: 'a', title: '10:00', description: 'early' }] }],
      },
    }),
  },
  { name: 'preview what cannot be shown', ...preview({ to, content: { type: 'read' } }) },
  {
    name: 'preview in an unknown conversation',
    ...preview({ conversationId: 'c_none', content: text }),
  },
  { name: 'preview nothing', ...preview({ to }) },
  {
    name: 'send a batch',
    rest: ({ api }) => api.call('/v1/messages:batch', { body: { messages: batch } }),
    grpc: (client) => client.call('MessageService', 'SendBatch', { messages: batch }),
  },
  {
    name: 'send an empty batch',
    rest: ({ api }) => api.call('/v1/messages:batch', { body: { messages: [] } }),
    grpc: (client) => client.call('MessageService', 'SendBatch', { messages: [] }),
  },
  {
    name: 'send a stream',
    rest: ({ api }) => api.call('/v1/messages:batch', { body: { messages: batch } }),
    grpc: (client) => client.upload('MessageService', 'SendStream', batch),
  },
  {
    name: 'get a message',
    ...get('/v1/messages/seen', 'MessageService', 'GetMessage', { messageId: 'seen' }),
  },
  {
    name: 'get an unknown message',
    ...get('/v1/messages/none', 'MessageService', 'GetMessage', { messageId: 'none' }),
  },
  {
    name: 'schedule too far ahead',
    rest: ({ api }) =>
      api.call('/v1/messages', { body: { to, content: text, sendAt: '2099-01-01T00:00:00.000Z' } }),
    grpc: (client) => {
      const sendAt = timestamp('2099-01-01T00:00:00.000Z')
      return client.call('MessageService', 'Send', { to, content: text, sendAt })
    },
  },
  {
    name: 'send with a fallback',
    ...send({ messageId: 'm-fallback', to, content: text, fallback: [whatsapp] }),
  },
  {
    name: 'fall back to the same channel',
    ...send({ to, content: text, fallback: [whatsapp, { ...to, address: '4712' }] }),
  },
  {
    name: 'fall back from a conversation',
    ...send({ conversationId: 'c_x', content: text, fallback: [whatsapp] }),
  },
  {
    name: 'preview on each channel',
    ...preview({ to, content: text, fallback: [whatsapp] }),
  },
  {
    name: 'cancel a message that is on its way',
    rest: ({ api }) => api.call('/v1/messages/seen/cancel', { method: 'POST' }),
    grpc: (client) => client.call('MessageService', 'CancelMessage', { messageId: 'seen' }),
  },
  {
    name: 'cancel an unknown message',
    rest: ({ api }) => api.call('/v1/messages/none/cancel', { method: 'POST' }),
    grpc: (client) => client.call('MessageService', 'CancelMessage', { messageId: 'none' }),
  },
  {
    name: 'get with a bad position',
    ...get('/v1/messages/seen?position=x', 'MessageService', 'GetMessage', {
      messageId: 'seen',
      position: 'x',
    }),
  },
  {
    name: 'list events',
    ...get('/v1/events?limit=2', 'EventService', 'ListEvents', { limit: 2 }),
  },
  {
    name: 'list events from a bad cursor',
    ...get('/v1/events?after=x', 'EventService', 'ListEvents', { after: 'x' }),
  },
]

const hooks = 'WebhookService'
const url = 'https://client.example/events'

/** Of webhooks: each asks about an endpoint that is made before. */
const webhookRows: readonly Row[] = [
  {
    name: 'create a webhook',
    minted: ['webhookId'],
    rest: ({ api }) => api.call('/v1/webhooks', { body: { url, types: ['delivery.*'] } }),
    grpc: (client) => client.call(hooks, 'CreateWebhook', { url, types: ['delivery.*'] }),
  },
  {
    name: 'create a webhook that may not be called',
    rest: ({ api }) => api.call('/v1/webhooks', { body: { url: 'http://client.example' } }),
    grpc: (client) => client.call(hooks, 'CreateWebhook', { url: 'http://client.example' }),
  },
  { name: 'list webhooks', ...get('/v1/webhooks', hooks, 'ListWebhooks', {}) },
  {
    name: 'show a webhook',
    rest: ({ api }, { webhookId }) => api.call(`/v1/webhooks/${webhookId}`),
    grpc: (client, { webhookId }) => client.call(hooks, 'GetWebhook', { webhookId }),
  },
  {
    name: 'show an unknown webhook',
    ...get('/v1/webhooks/none', hooks, 'GetWebhook', { webhookId: 'none' }),
  },
  {
    name: 'change a webhook, and empty a list of it',
    rest: ({ api }, { webhookId }) =>
      api.call(`/v1/webhooks/${webhookId}`, {
        method: 'PATCH',
        body: { types: [], channels: ['telegram'], enabled: false },
      }),
    grpc: (client, { webhookId }) =>
      client.call(hooks, 'ChangeWebhook', {
        webhookId,
        types: {},
        channels: { values: ['telegram'] },
        enabled: false,
      }),
  },
  {
    name: 'change nothing of a webhook',
    rest: ({ api }, { webhookId }) =>
      api.call(`/v1/webhooks/${webhookId}`, { method: 'PATCH', body: {} }),
    grpc: (client, { webhookId }) => client.call(hooks, 'ChangeWebhook', { webhookId }),
  },
  {
    name: 'rotate the secret of a webhook',
    rest: ({ api }, { webhookId }) => api.call(`/v1/webhooks/${webhookId}/secret`, { body: {} }),
    grpc: (client, { webhookId }) => client.call(hooks, 'RotateWebhookSecret', { webhookId }),
  },
  {
    name: 'read the attempts of a webhook',
    rest: ({ api }, { webhookId }) => api.call(`/v1/webhooks/${webhookId}/attempts?limit=1`),
    grpc: (client, { webhookId }) =>
      client.call(hooks, 'ListWebhookAttempts', { webhookId, limit: 1 }),
  },
  {
    name: 'test a webhook',
    minted: ['eventId'],
    rest: ({ api }, { webhookId }) =>
      api.call(`/v1/webhooks/${webhookId}/test`, { method: 'POST' }),
    grpc: (client, { webhookId }) => client.call(hooks, 'TestWebhook', { webhookId }),
  },
  {
    name: 'send an unknown event again',
    rest: ({ api }, { webhookId }) =>
      api.call(`/v1/webhooks/${webhookId}/events/none/redeliver`, { method: 'POST' }),
    grpc: (client, { webhookId }) =>
      client.call(hooks, 'RedeliverWebhookEvent', { webhookId, eventId: 'none' }),
  },
  {
    name: 'send all since a time again',
    rest: ({ api }, { webhookId }) =>
      api.call(`/v1/webhooks/${webhookId}/redeliver`, { body: { since: past } }),
    grpc: (client, { webhookId }) =>
      client.call(hooks, 'RedeliverWebhook', { webhookId, since: timestamp(past) }),
  },
  {
    name: 'send all again since no time',
    rest: ({ api }, { webhookId }) => api.call(`/v1/webhooks/${webhookId}/redeliver`, { body: {} }),
    grpc: (client, { webhookId }) => client.call(hooks, 'RedeliverWebhook', { webhookId }),
  },
  {
    name: 'delete an unknown webhook',
    rest: ({ api }) => api.call('/v1/webhooks/none', { method: 'DELETE' }),
    grpc: (client) => client.call(hooks, 'DeleteWebhook', { webhookId: 'none' }),
  },
]

/** Names of gRPC codes by the HTTP status that says the same. */
const grpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  422: 9,
  503: 14,
}

async function prepared(t: TestContext) {
  const now = 1_800_000_000_000
  const open = await openGateway(t, {
    tools: ({ clock }) => ({ clock: { ...clock, now: () => now } }),
  })
  const client = grpcClient(open.gateway.grpcPort, adminKey)
  t.after(() => client.close())
  const sent = await open.api.call('/v1/messages', {
    body: { messageId: 'seen', to, content: text },
  })
  await open.api.call('/v1/conversations', { body: { participants: [to] } })
  const messages = (await open.decoded('messages.submitted', 'Message')) as Message[]
  await open.tools.history.apply({ messages, rejections: [], deliveries: [], receipts: [] })
  const found = await open.decoded('directory.conversations', 'Conversation')
  await open.tools.directory.applyConversations(found as Conversation[])
  const data = JSON.stringify({ content: text })
  await appendEvents(open.tools, [
    { messageId: 'e1', data },
    { messageId: 'e2' },
    { messageId: 'e3' },
  ])
  const { webhookId } = (await open.api.call('/v1/webhooks', { body: { url } })).json
  await open.tools.broker.append([attemptOf(open, webhookId, 1), attemptOf(open, webhookId, 2)])
  const { conversationId } = sent.json
  return { open, client, ids: { conversationId, webhookId } }
}

/** A line of an endpoint's delivery log, as the stage that calls it writes one. */
function attemptOf({ tools }: OpenGateway, webhookId: string, attempt: number) {
  const value = tools.codec.encode('WebhookAttempt', {
    tenant: 'default',
    webhookId,
    eventId: 'e-e1',
    type: 'delivery.sent',
    round: '',
    attempt,
    outcome: 'failed',
    at: 1_800_000_000_000,
    tookMs: 12,
    status: 500,
    detail: 'The endpoint answered 500.',
    nextAt: 1_800_000_005_000,
    feedPartition: null,
    feedOffset: null,
  })
  return { topic: 'webhooks.attempts', key: `default/${webhookId}`, value, headers: {} }
}

describe('REST and gRPC answer alike', () => {
  for (const { name, rest, grpc, minted: own = [] } of [
    ...rows,
    ...conversationRows,
    ...webhookRows,
  ]) {
    test(name, async (t) => {
      const { open, client, ids } = await prepared(t)
      const over = await rest(open, ids)
      if (over.status < 300) {
        const answers = [plainAnswer(await grpc(client, ids)), plainAnswer(over.json)]
        for (const answer of answers) {
          for (const name of own) {
            assert.equal(typeof answer[name], 'string')
            delete answer[name]
          }
        }
        assert.deepEqual(answers[0], answers[1])
        return
      }
      const error = await grpc(client, ids).then(
        (answer) => assert.fail(`gRPC answered ${JSON.stringify(answer)}`),
        (thrown: ServiceError) => thrown,
      )
      assert.equal(error.code, grpcCodes[over.status], error.message)
      assert.deepEqual(error.metadata.get('c4a-code'), [over.json.code])
      const [, sentence] = /^\d+ [A-Z_]+: (.*)$/s.exec(error.message) ?? []
      // REST says which part of a request is wrong; gRPC has one part only.
      assert.equal(sentence?.replace(/^The \w+ /, ''), over.json.detail.replace(/^The \w+ /, ''))
    })
  }

  test('with one digest, so that a retry over the other is the same request', async (t) => {
    const { open, client } = await prepared(t)
    const request = { messageId: 'm', to, content: text, metadata: { b: '2', a: '1' } }
    await open.api.call('/v1/messages', { body: { ...request, expiresAt: future } })
    await client.call('MessageService', 'Send', { ...request, expiresAt: timestamp(future) })
    const stored = (await open.decoded('messages.submitted', 'Message')) as Message[]
    const digests = stored.filter(({ messageId }) => messageId === 'm').map(({ digest }) => digest)
    assert.equal(digests.length, 2)
    assert.equal(digests[0], digests[1])
  })
})
