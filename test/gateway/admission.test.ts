import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServiceError } from '@grpc/grpc-js'
import type { Broker } from '../../topology/ports/broker.ts'
import { grpcClient } from './grpc-client.ts'
import { adminKey, openGateway } from './open-gateway.ts'

const hello = { to: { channel: 'telegram', address: '4711' }, content: { type: 'text', text: 'a' } }

describe('a gateway that is full', { timeout: 30_000 }, () => {
  test('turns away at once over REST and gRPC, answers health, and takes again when there is room', async (t) => {
    const disk = slowDisk()
    const { api, gateway } = await openGateway(t, { limits: { requests: 1 }, tools: disk.tools })
    const grpc = grpcClient(gateway.grpcPort, adminKey)
    t.after(() => grpc.close())

    const first = api.call('/v1/messages', { body: hello })
    await disk.asked
    const second = await api.call('/v1/messages', { body: hello })
    assert.equal(second.status, 503)
    assert.equal(second.json.code, 'C4A_UNAVAILABLE')
    assert.equal(second.headers['retry-after'], '1')
    const third = await grpc
      .call('MessageService', 'Send', { ...hello, content: { text: { text: 'a' } } })
      .catch((error: ServiceError) => error)
    assert.equal(third.code, 14)
    assert.equal((await api.call('/health', { key: null })).status, 200)

    disk.goOn()
    assert.equal((await first).status, 202)
    assert.equal((await api.call('/v1/messages', { body: hello })).status, 202)
  })

  test('counts the bytes announced, not only the requests', async (t) => {
    const { api } = await openGateway(t, { limits: { requestBytes: 100 } })
    const long = { ...hello, content: { type: 'text', text: 'a'.repeat(200) } }
    assert.equal((await api.call('/v1/messages', { body: long })).status, 503)
    assert.equal((await api.call('/health', { key: null })).status, 200)
  })
})

/** A log whose disk takes nothing until it is let go on; `asked` resolves with the first append. */
function slowDisk() {
  const asked = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  const tools = ({ broker }: { readonly broker: Broker }) => ({
    broker: {
      ...broker,
      async append(records: Parameters<Broker['append']>[0]) {
        asked.resolve()
        await free.promise
        return broker.append(records)
      },
    },
  })
  return { asked: asked.promise, goOn: free.resolve, tools }
}
