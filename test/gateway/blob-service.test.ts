import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grpcClient } from './grpc-client.ts'
import { adminKey, openGateway } from './open-gateway.ts'

const helloId = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

test('gRPC says of blobs what REST says', async (t) => {
  const now = 1_800_000_000_000
  const { api, gateway } = await openGateway(t, {
    tools: ({ clock }) => ({ clock: { ...clock, now: () => now } }),
  })
  const client = grpcClient(gateway.grpcPort, adminKey)
  t.after(() => client.close())
  const store = () =>
    api.call('/v1/blobs', { body: 'hello', headers: { 'content-type': 'text/plain' } })
  await store()
  const call = (method: string, request: object) => client.call('BlobService', method, request)

  const about = (await api.call(`/v1/blobs/${helloId}/about`)).json
  assert.deepEqual(plain(await call('GetBlob', { blobId: helloId })), about)
  for (const body of [{ seconds: 60 }, {}]) {
    const link = (await api.call(`/v1/blobs/${helloId}/links`, { body })).json
    assert.deepEqual(plain(await call('LinkBlob', { blobId: helloId, ...body })), link)
  }
  await assert.rejects(call('LinkBlob', { blobId: helloId, seconds: 0 }), { code: 3 })
  for (const method of ['GetBlob', 'LinkBlob', 'DeleteBlob']) {
    await assert.rejects(call(method, { blobId: 'none' }), { code: 5 }, method)
    await assert.rejects(call(method, {}), { code: 5 }, method)
  }
  assert.deepEqual(plain(await call('DeleteBlob', { blobId: helloId })), {})
  assert.equal((await api.call(`/v1/blobs/${helloId}`)).status, 404)

  await store()
  const { key } = (await api.call('/v1/keys', { body: { name: 'k', role: 'reader' } })).json
  const reader = grpcClient(gateway.grpcPort, key)
  t.after(() => reader.close())
  assert.deepEqual(plain(await reader.call('BlobService', 'GetBlob', { blobId: helloId })), about)
  const deleted = reader.call('BlobService', 'DeleteBlob', { blobId: helloId })
  await assert.rejects(deleted, { code: 7 })
})

/** Timestamps as REST writes them. */
function plain(answer: unknown): unknown {
  const { expiresAt, ...fields } = answer as { readonly expiresAt?: { readonly seconds: number } } // of the proto's own form
  if (expiresAt === undefined) return { ...fields }
  return { ...fields, expiresAt: new Date(Number(expiresAt.seconds) * 1_000).toISOString() }
}
