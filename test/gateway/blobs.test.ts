import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { imageSize } from 'image-size'
import { request } from 'undici'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import { adminKey, openGateway } from './open-gateway.ts'
import { png } from './png.ts'

describe('blobs', () => {
  test('come back as they were sent, never as a page of ours', async (t) => {
    const { api } = await openGateway(t)
    const bytes = Buffer.from('<script>alert(1)</script>')
    const stored = await api.call("/v1/blobs?filename=it's%20ol%C3%A1.html", {
      body: bytes,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
    assert.equal(stored.status, 201)
    assert.deepEqual(stored.json, {
      blobId: stored.json.blobId,
      sizeBytes: bytes.length,
      mimeType: 'text/plain',
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
  test('are what their bytes say, and of a type that is taken', async (t) => {
    const { api } = await openGateway(t)
    const put = (body: Uint8Array | string, type: string) =>
      api.call('/v1/blobs', { body, headers: { 'content-type': type } })
    const picture = await put(png(4, 4), 'application/pdf')
    assert.equal(picture.json.mimeType, 'image/png')
    const page = await put('<script>alert(1)</script>', 'text/html')
    assert.deepEqual([page.status, page.json.code], [415, 'C4A_UNSUPPORTED_MEDIA_TYPE'])
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert.equal((await put(`<?xml version="1.0"?>${svg}`, 'image/svg+xml')).status, 415)
    assert.equal((await put(svg, 'image/svg+xml')).json.mimeType, 'text/plain')
    assert.equal((await put(Buffer.from([0, 1, 2]), 'image/png')).status, 415)
    assert.equal((await put('a;b', 'text/csv')).json.mimeType, 'text/csv')
    assert.equal((await put('no picture', 'image/png')).json.mimeType, 'text/plain')
  })

  test('are read in parts', async (t) => {
    const { api } = await openGateway(t)
    const { json } = await api.call('/v1/blobs', { body: 'hello', headers: plain })
    const path = `/v1/blobs/${json.blobId}`
    const part = async (range: string, more = {}) => {
      const answer = await api.call(path, { headers: { range, ...more } })
      return [answer.status, answer.text, answer.headers['content-range']]
    }
    assert.deepEqual(await part('bytes=1-3'), [206, 'ell', 'bytes 1-3/5'])
    assert.deepEqual(await part('bytes=3-'), [206, 'lo', 'bytes 3-4/5'])
    assert.deepEqual(await part('bytes=-2'), [206, 'lo', 'bytes 3-4/5'])
    assert.deepEqual(await part('bytes=-99'), [206, 'hello', 'bytes 0-4/5'])
    assert.deepEqual(await part('bytes=0-99'), [206, 'hello', 'bytes 0-4/5'])
    assert.deepEqual(await part('bytes=0-1,3-4'), [200, 'hello', undefined])
    assert.deepEqual(await part('lines=1-2'), [200, 'hello', undefined])
    assert.equal((await part('bytes=5-9'))[0], 416)
    assert.equal((await part('bytes=3-1'))[0], 416)
    const whole = await api.call(path)
    const etag = String(whole.headers['etag'])
    assert.deepEqual(await part('bytes=0-0', { 'if-range': etag }), [206, 'h', 'bytes 0-0/5'])
    assert.deepEqual(await part('bytes=0-0', { 'if-range': '"x"' }), [200, 'hello', undefined])
  })

  test('open by a link without a key, until it ends', async (t) => {
    let now = Date.now()
    const { api } = await openGateway(t, {
      settings: { media: { ...defaultGatewaySettings.media, publicUrl: 'https://hub.example' } },
      tools: ({ clock }) => ({ clock: { ...clock, now: () => now } }),
    })
    const { json } = await api.call('/v1/blobs', { body: 'hello', headers: plain })
    const body = { seconds: 60 }
    const made = await api.call(`/v1/blobs/${json.blobId}/links`, { body })
    assert.equal(made.status, 201)
    const { pathname, origin } = new URL(made.json.url)
    assert.equal(origin, 'https://hub.example')
    const follow = (path = pathname) => api.call(path, { key: null })
    const got = await follow()
    assert.deepEqual([got.status, got.text], [200, 'hello'])
    assert.equal(got.headers['x-content-type-options'], 'nosniff')
    const asked = await api.call(pathname, { key: null, method: 'HEAD' })
    assert.deepEqual([asked.status, asked.headers['content-length']], [200, '5'])
    // Every place of the token is held by the signature.
    const [expires = '', tenant = '', blobId = '', mac = ''] =
      pathname.split('/').at(-1)?.split('.') ?? []
    const forged = [
      [`${Number(expires) + 1}`, tenant, blobId, mac],
      [expires, Buffer.from('other').toString('base64url'), blobId, mac],
      [expires, tenant, 'f'.repeat(64), mac],
      [expires, tenant, blobId, `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`],
      [expires, tenant, blobId, ''],
      [expires, tenant, blobId, mac, 'x'],
    ]
    for (const parts of forged) {
      assert.equal((await follow(`/v1/blob-links/${parts.join('.')}`)).status, 404, parts.join('.'))
    }
    now += 61_000
    assert.equal((await follow()).status, 404)
    const none = await api.call(`/v1/blobs/${'f'.repeat(64)}/links`, { body })
    assert.equal(none.status, 404)
  })

  test('are gone when they are deleted, with their links', async (t) => {
    const { api } = await openGateway(t)
    const { json } = await api.call('/v1/blobs', { body: 'hello', headers: plain })
    const path = `/v1/blobs/${json.blobId}`
    const { url } = (await api.call(`${path}/links`, { body: {} })).json
    assert.equal((await api.call(url, { key: null })).status, 200)
    assert.equal((await api.call(path, { method: 'DELETE' })).status, 200)
    assert.equal((await api.call(path, { method: 'DELETE' })).status, 404)
    assert.equal((await api.call(path)).status, 404)
    assert.equal((await api.call(url, { key: null })).status, 404)
  })

  test('that are pictures have small ones, and bombs have none', async (t) => {
    const { api } = await openGateway(t)
    const put = async (body: Uint8Array) =>
      (await api.call('/v1/blobs', { body, headers: { 'content-type': 'image/png' } })).json.blobId
    const wide = await put(png(1_000, 500))
    const small = await api.call(`/v1/blobs/${wide}/thumbnail`)
    assert.equal(small.status, 200, small.text)
    assert.equal(small.headers['content-type'], 'image/webp')
    const tiny = await raw(api.base, `/v1/blobs/${wide}/thumbnail?side=96`)
    assert.deepEqual(imageSize(tiny), { width: 96, height: 48, type: 'webp' })
    const once = await raw(api.base, `/v1/blobs/${await put(png(10, 20))}/thumbnail`)
    assert.deepEqual(imageSize(once), { width: 10, height: 20, type: 'webp' })
    const bomb = await api.call(`/v1/blobs/${await put(png(20_000, 20_000))}/thumbnail`)
    assert.deepEqual([bomb.status, bomb.json.code], [422, 'C4A_UNPROCESSABLE'])
    const cut = await api.call(`/v1/blobs/${await put(png(90, 90).subarray(0, 50))}/thumbnail`)
    assert.equal(cut.status, 422)
    const { json } = await api.call('/v1/blobs', { body: 'hello', headers: plain })
    assert.equal((await api.call(`/v1/blobs/${json.blobId}/thumbnail`)).status, 422)
    assert.equal((await api.call('/v1/blobs/none/thumbnail')).status, 404)
    await api.call(`/v1/blobs/${wide}`, { method: 'DELETE' })
    assert.equal((await api.call(`/v1/blobs/${wide}/thumbnail`)).status, 404)
  })
})

const plain = { 'content-type': 'text/plain' }

async function raw(base: string, path: string): Promise<Uint8Array> {
  const { body } = await request(base + path, { headers: { authorization: `Bearer ${adminKey}` } })
  return new Uint8Array(await body.arrayBuffer())
}
