import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServiceError } from '@grpc/grpc-js'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { grpcClient } from './grpc-client.ts'
import { adminKey, type OpenOptions, openGateway } from './open-gateway.ts'

const hello = { to: { channel: 'telegram', address: '1' }, content: { type: 'text', text: 'hi' } }
const many = (count: number) => ({ body: { messages: Array.from({ length: count }, () => hello) } })

/** Gateways of one hub, under a clock that is set: ten messages at once, and one in two seconds. */
function scene() {
  let nowMs = 0
  const rateLimits = memoryRateLimits(() => nowMs)
  const options: OpenOptions = {
    limits: { sendRate: { perSecond: 0.5, burst: 10 } },
    tools: () => ({ rateLimits }),
  }
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { options, pass }
}

describe('a limit on what a key may send', () => {
  test('answers 429 with the time to wait, takes nothing of the request, and takes it later', async (t) => {
    const { options, pass } = scene()
    const { api, records, tools } = await openGateway(t, options)
    assert.equal((await api.call('/v1/messages:batch', many(9))).status, 202)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 202)
    const refused = await api.call('/v1/messages', { body: hello })
    assert.equal(refused.status, 429)
    assert.equal(refused.json.code, 'C4A_TOO_MANY_REQUESTS')
    assert.equal(refused.headers['retry-after'], '2')
    assert.match(refused.json.detail, /'bootstrap' sends too fast/)
    const batch = await api.call('/v1/messages:batch', many(5))
    assert.equal(batch.status, 429)
    assert.equal(batch.headers['retry-after'], '10')
    assert.equal((await records(tools.topics.submitted)).length, 10)
    pass(2_000)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 202)
  })

  test('is one for all gateways, and over gRPC the same', async (t) => {
    const { options } = scene()
    const [first, second] = [await openGateway(t, options), await openGateway(t, options)]
    assert.equal((await first.api.call('/v1/messages:batch', many(6))).status, 202)
    assert.equal((await second.api.call('/v1/messages:batch', many(4))).status, 202)
    const client = grpcClient(second.gateway.grpcPort, adminKey)
    t.after(() => client.close())
    await assert.rejects(
      client.call('MessageService', 'Send', hello),
      ({ code, metadata }: ServiceError) => {
        assert.equal(code, 8)
        assert.deepEqual(metadata.get('c4a-code'), ['C4A_TOO_MANY_REQUESTS'])
        assert.deepEqual(metadata.get('retry-after'), ['2'])
        return true
      },
    )
  })

  test('is for each key, and not for reading', async (t) => {
    const { options } = scene()
    const { api } = await openGateway(t, options)
    const made = await api.call('/v1/keys', { body: { name: 'other', role: 'sender' } })
    assert.equal(made.status, 201, made.text)
    assert.equal((await api.call('/v1/messages:batch', many(10))).status, 202)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 429)
    assert.equal((await api.call('/v1/events')).status, 200)
    const other = await api.call('/v1/messages', { body: hello, key: made.json.key })
    assert.equal(other.status, 202)
  })

  test('takes a batch that is larger than the burst after a quiet time', async (t) => {
    const { options, pass } = scene()
    const { api } = await openGateway(t, options)
    assert.equal((await api.call('/v1/messages:batch', many(12))).status, 202)
    pass(4_000)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 429)
    pass(2_000)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 202)
  })
})
