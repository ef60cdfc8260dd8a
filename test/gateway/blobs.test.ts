import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openGateway } from './open-gateway.ts'

describe('blobs', () => {
  test('come back as they were sent, never as a page of ours', async (t) => {
    const { api } = await openGateway(t)
    const bytes = Buffer.from('<script>alert(1)</script>')
    const stored = await api.call("/v1/blobs?filename=it's%20ol%C3%A1.html", {
      body: bytes,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    })
    assert.equal(stored.status, 201)
    assert.deepEqual(stored.json, {
      blobId: stored.json.blobId,
      sizeBytes: bytes.length,
      mimeType: 'text/html',
      filename: "it's olá.html",
    })
    const got = await api.call(`/v1/blobs/${stored.json.blobId}`)
    assert.equal(got.text, bytes.toString())
    assert.equal(got.headers['x-content-type-options'], 'nosniff')
    assert.match(
      String(got.headers['content-disposition']),
      /^attachment; filename\*=UTF-8''it%27s/,
    )
  })

  test('have a limit, and must hold something', async (t) => {
    const { api } = await openGateway(t, { limits: { blobBytes: 1_000 } })
    const headers = { 'content-type': 'image/png' }
    const large = await api.call('/v1/blobs', { body: new Uint8Array(1_001), headers })
    assert.equal(large.status, 413)
    const empty = await api.call('/v1/blobs', { body: new Uint8Array(0), headers })
    assert.equal(empty.status, 400)
    assert.equal((await api.call('/v1/blobs/none')).status, 404)
  })
})
