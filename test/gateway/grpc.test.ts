import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeClientConstructor,
  type ServiceDefinition,
  type ServiceError,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { service as healthService } from 'grpc-health-check'
import { Registry } from 'prom-client'
import { startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { appendEvents } from './append-events.ts'
import { grpcClient } from './grpc-client.ts'
import { adminKey, type OpenGateway, openGateway } from './open-gateway.ts'

const to = (address: string) => ({ channel: 'telegram', address })
const text = (what: string) => ({ type: 'text', text: what })

function client(t: TestContext, open: OpenGateway, key: string | null = adminKey) {
  const made = grpcClient(open.gateway.grpcPort, key)
  t.after(() => made.close())
  return made
}

const failure = (call: Promise<unknown>): Promise<ServiceError> =>
  call.then(
    () => assert.fail('it was answered'),
    (error: ServiceError) => error,
  )

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into field by field.
type ReflectionCall = ClientDuplexStream<object, any>

/** Asked as grpcurl does: a bidirectional stream. */
async function reflectedServices(
  t: TestContext,
  port: number,
  key: string | null,
): Promise<readonly string[]> {
  const proto = '@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto'
  const loaded = loadSync(fileURLToPath(import.meta.resolve(proto)))
  const service = loaded['grpc.reflection.v1.ServerReflection'] as ServiceDefinition
  const Reflection = makeClientConstructor(service, 'ServerReflection')
  const reflection = new Reflection(`127.0.0.1:${port}`, credentials.createInsecure())
  t.after(() => reflection.close())
  const metadata = new Metadata()
  if (key !== null) metadata.set('authorization', `Bearer ${key}`)
  const ask = reflection['ServerReflectionInfo'] as unknown as (from: Metadata) => ReflectionCall
  const call = ask.call(reflection, metadata)
  call.write({ listServices: '*' })
  for await (const { listServicesResponse } of call) {
    call.end()
    return listServicesResponse.service.map(({ name }: { readonly name: string }) => name)
  }
  return []
}

describe('gRPC', () => {
  test('wants a key, and one whose role allows it', async (t) => {
    const open = await openGateway(t)
    const none = await failure(client(t, open, null).call('MessageService', 'Send', {}))
    assert.equal(none.code, 16)
    const { json } = await open.api.call('/v1/keys', { body: { name: 'x', role: 'reader' } })
    const reader = client(t, open, json.key)
    assert.equal((await failure(reader.call('MessageService', 'Send', {}))).code, 7)
    assert.deepEqual(await reader.call('ConversationService', 'ListConversations', {}), {})
  })

  test('gives the minted ids when the log fails', async (t) => {
    const down = new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'x', why: 'y', todo: 'z' })
    const open = await openGateway(t, {
      tools: ({ broker }) => ({ broker: { ...broker, append: () => Promise.reject(down) } }),
    })
    const request = { to: to('ana'), content: text('hi') }
    const error = await failure(client(t, open).call('MessageService', 'Send', request))
    assert.equal(error.code, 14)
    assert.match(String(error.metadata.get('c4a-message-id')[0]), /^[0-9a-f-]{36}$/)
    assert.match(String(error.metadata.get('c4a-submission-id')[0]), /^[0-9a-f-]{36}$/)
    assert.deepEqual(error.metadata.get('retry-after'), ['1'])
    const odd = await failure(
      client(t, open).call('MessageService', 'Send', { ...request, messageId: 'ó' }),
    )
    assert.deepEqual(odd.metadata.get('c4a-message-id-bin'), [Buffer.from('ó')])
  })

  test('takes a stream of thousands in few appends, in order', async (t) => {
    let appends = 0
    const open = await openGateway(t, {
      tools: ({ broker }) => ({
        broker: {
          ...broker,
          async append(records) {
            appends++
            // A log that takes its time, as one does that waits for a disk.
            await new Promise((resolve) => setTimeout(resolve, 3))
            return broker.append(records)
          },
        },
      }),
    })
    const requests = Array.from({ length: 3_000 }, (_, n) => ({
      messageId: `m${n}`,
      to: to('ana'),
      content: text(`${n}`),
    }))
    const answer = await client(t, open).upload('MessageService', 'SendStream', requests)
    assert.equal(answer.items.length, 3_000)
    assert.ok(appends < 1_000, `${appends} appends`)
    const stored = (await open.decoded('messages.submitted', 'Message')) as Message[]
    assert.deepEqual(
      stored.map(({ messageId }) => messageId),
      requests.map(({ messageId }) => messageId),
    )
  })

  test('streams events with cursors to resume from, and says why a stream ends', async (t) => {
    const open = await openGateway(t)
    await appendEvents(open.tools, [{ messageId: 'a' }, { messageId: 'b' }, { messageId: 'c' }])
    const grpc = client(t, open)
    let cursor = 'start'
    for await (const { event, cursor: next } of grpc.stream('EventService', 'StreamEvents', {
      after: cursor,
    })) {
      assert.equal(event.messageId, 'a')
      cursor = next
      break
    }
    const seen: string[] = []
    const end = await (async () => {
      for await (const { event } of grpc.stream('EventService', 'StreamEvents', {
        after: cursor,
      })) {
        seen.push(event.messageId)
        if (seen.length === 2) void open.gateway.close()
      }
    })().then(
      () => assert.fail('it ended without a reason'),
      (error: ServiceError) => error,
    )
    assert.deepEqual(seen, ['b', 'c'])
    assert.equal(end.code, 14)
    assert.match(end.message, /the hub is stopping/)
  })

  test('serves the standard health service without a key', async (t) => {
    const open = await openGateway(t)
    const Health = makeClientConstructor(healthService, 'Health')
    const health = new Health(`127.0.0.1:${open.gateway.grpcPort}`, credentials.createInsecure())
    t.after(() => health.close())
    const answer = await new Promise((resolve, reject) => {
      const check = health['check'] as unknown as (
        request: object,
        done: (error: unknown, answer: unknown) => void,
      ) => void
      check.call(health, { service: '' }, (error, value) =>
        error ? reject(error) : resolve(value),
      )
    })
    assert.deepEqual(answer, { status: 'SERVING' })
  })

  test('serves reflection, with a key where others than this machine can ask', async (t) => {
    const { tools } = await openGateway(t)
    for (const [host, key, code] of [
      ['127.0.0.1', null, undefined],
      ['0.0.0.0', null, 16],
      ['0.0.0.0', adminKey, undefined],
    ] as const) {
      const gateway = await startGateway(
        { ...tools, metrics: new Registry() },
        { ...defaultGatewaySettings, host, httpPort: 0, grpcPort: 0, bootstrapKey: adminKey },
      )
      t.after(() => gateway.close())
      const listed = reflectedServices(t, gateway.grpcPort, key)
      if (code === undefined) assert.ok((await listed).includes('chat4all.v1.MessageService'))
      else assert.equal((await failure(listed)).code, code)
    }
  })

  test('counts its calls beside those of REST', async (t) => {
    const open = await openGateway(t)
    await failure(client(t, open).call('MessageService', 'GetMessage', { messageId: 'x' }))
    const { text: metrics } = await open.api.call('/metrics')
    assert.match(
      metrics,
      /method="GRPC",route="chat4all.v1.MessageService\/GetMessage",status="NOT_FOUND"\} 1/,
    )
  })
})
