import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import type { VirusScanner } from '../../storage/ports/virus-scanner.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { ApiClient } from './api-client.ts'
import { adminKey, openGateway } from './open-gateway.ts'
import { png } from './png.ts'

const { media } = defaultGatewaySettings
const tusHeaders = { 'tus-resumable': '1.0.0' }
const piece = { ...tusHeaders, 'content-type': 'application/offset+octet-stream' }
const base64 = (text: string) => Buffer.from(text).toString('base64')
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function begin(api: ApiClient, length: number, metadata: Record<string, string> = {}) {
  const pairs = Object.entries(metadata).map(([name, value]) => `${name} ${base64(value)}`)
  const answer = await api.call('/v1/uploads', {
    method: 'POST',
    headers: {
      ...tusHeaders,
      'upload-length': String(length),
      ...(pairs.length > 0 && { 'upload-metadata': pairs.join(',') }),
    },
  })
  assert.equal(answer.status, 201, answer.text)
  const path = String(answer.headers['location'])
  assert.match(path, /^\/v1\/uploads\/[0-9a-f-]{36}$/)
  return path
}

const write = (api: ApiClient, path: string, offset: number, body: Uint8Array, more = {}) =>
  api.call(path, {
    method: 'PATCH',
    body,
    headers: { ...piece, 'upload-offset': String(offset), ...more },
  })

async function offsetOf(api: ApiClient, path: string): Promise<number> {
  const answer = await api.call(path, { method: 'HEAD', headers: tusHeaders })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['tus-resumable'], '1.0.0')
  return Number(answer.headers['upload-offset'])
}

describe('uploads', () => {
  test('say what they can', async (t) => {
    const { api } = await openGateway(t)
    const answer = await api.call('/v1/uploads', { method: 'OPTIONS' })
    assert.equal(answer.status, 204)
    assert.equal(answer.headers['tus-version'], '1.0.0')
    assert.equal(answer.headers['tus-max-size'], String(2 * 1024 ** 3))
    assert.equal(answer.headers['tus-checksum-algorithm'], 'sha1,sha256,sha512,md5,crc32')
    const extensions = String(answer.headers['tus-extension']).split(',')
    assert.deepEqual(extensions.sort(), [
      'checksum',
      'creation',
      'creation-with-upload',
      'expiration',
      'termination',
    ])
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  })

  test('become a blob that messages refer to, named and typed by what was sent', async (t) => {
    const { api } = await openGateway(t)
    const bytes = png(40, 30)
    const path = await begin(api, bytes.length, {
      filename: 'praia ☀.png',
      filetype: 'application/pdf',
      sha256: hashOf(bytes),
    })
    assert.equal((await api.call(path)).json.status, 'receiving')
    const first = await write(api, path, 0, bytes.subarray(0, 20))
    assert.equal(first.status, 204)
    assert.equal(first.headers['upload-offset'], '20')
    assert.ok(first.headers['upload-expires'])
    assert.equal(await offsetOf(api, path), 20)
    const last = await write(api, path, 20, bytes.subarray(20))
    assert.equal(last.status, 204)
    const blobId = hashOf(bytes)
    assert.equal(last.headers['c4a-blob-id'], blobId)
    const about = {
      blobId,
      sizeBytes: bytes.length,
      mimeType: 'image/png',
      filename: 'praia ☀.png',
    }
    assert.deepEqual((await api.call(`/v1/blobs/${blobId}/about`)).json, about)
    const now = (await api.call(path)).json
    assert.deepEqual(now.blob, about)
    assert.equal(now.status, 'stored')
    // Who did not hear the last answer asks, and hears it.
    const head = await api.call(path, { method: 'HEAD', headers: tusHeaders })
    assert.equal(head.headers['upload-offset'], String(bytes.length))
    assert.equal(head.headers['c4a-blob-id'], blobId)
    const to = { channel: 'telegram', address: '4711' }
    const content = { type: 'image', blobId }
    const sent = await api.call('/v1/messages', { body: { to, content } })
    assert.equal(sent.status, 202, sent.text)
  })

  test('may come with their beginning, or whole, at the start', async (t) => {
    const { api } = await openGateway(t)
    const bytes = Buffer.from('hello')
    const headers = { ...piece, 'upload-length': '5' }
    const answer = await api.call('/v1/uploads', { method: 'POST', body: bytes, headers })
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.headers['c4a-blob-id'], hashOf(bytes))
    const half = await api.call('/v1/uploads', {
      method: 'POST',
      body: bytes.subarray(0, 2),
      headers,
    })
    assert.equal(half.headers['upload-offset'], '2')
    assert.equal(await offsetOf(api, String(half.headers['location'])), 2)
  })

  test('keep what had arrived when a connection broke', async (t) => {
    const { api } = await openGateway(t)
    const bytes = randomBytes(3_000_000)
    bytes.set(Buffer.from('%PDF-1.7\n'))
    const path = await begin(api, bytes.length)
    const cut = new AbortController()
    const broken = request(api.base + path, {
      method: 'PATCH',
      signal: cut.signal,
      headers: { authorization: `Bearer ${adminKey}`, ...piece, 'upload-offset': '0' },
      body: Readable.from(
        (async function* () {
          yield bytes.subarray(0, 1_000_000)
          await new Promise(() => {}) // nothing more comes
        })(),
      ),
    })
    await t.waitFor(
      async () => assert.ok(Number((await api.call(path)).json.offset) >= 1_000_000),
      { timeout: 10_000 },
    )
    cut.abort()
    await assert.rejects(broken)
    const offset = await offsetOf(api, path)
    assert.equal(offset, 1_000_000)
    const last = await write(api, path, offset, bytes.subarray(offset))
    assert.equal(last.headers['c4a-blob-id'], hashOf(bytes))
  })

  test('are let go by a request that stands still, when another asks', async (t) => {
    const { api } = await openGateway(t)
    const path = await begin(api, 10)
    const stalled = request(api.base + path, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${adminKey}`, ...piece, 'upload-offset': '0' },
      body: Readable.from(
        (async function* () {
          yield Buffer.from('hello')
          await sleep(30_000, undefined, { ref: false })
        })(),
      ),
    }).catch(() => {})
    await t.waitFor(async () => assert.equal((await api.call(path)).json.offset, 5), {
      timeout: 10_000,
    })
    assert.equal(await offsetOf(api, path), 5)
    const last = await write(api, path, 5, Buffer.from('world'))
    assert.equal(last.headers['c4a-blob-id'], hashOf(Buffer.from('helloworld')))
    void stalled
  })

  test('take a piece with a checksum whole and right, or not at all', async (t) => {
    const { api } = await openGateway(t)
    const path = await begin(api, 10)
    const sum = (algorithm: string, text: string) => ({
      'upload-checksum': `${algorithm} ${createHash(algorithm).update(text).digest('base64')}`,
    })
    const wrong = await write(api, path, 0, Buffer.from('hello'), sum('sha1', 'hallo'))
    assert.equal(wrong.status, 460)
    assert.equal(wrong.json.code, 'C4A_CHECKSUM_MISMATCH')
    assert.equal(await offsetOf(api, path), 0)
    const odd = await write(api, path, 0, Buffer.from('hello'), { 'upload-checksum': 'md6 x' })
    assert.equal(odd.status, 400)
    const right = await write(api, path, 0, Buffer.from('hello'), sum('sha256', 'hello'))
    assert.equal(right.headers['upload-offset'], '5')
    const crc = { 'upload-checksum': `crc32 ${Buffer.from('3a771143', 'hex').toString('base64')}` }
    const last = await write(api, path, 5, Buffer.from('world'), crc)
    assert.equal(last.headers['c4a-blob-id'], hashOf(Buffer.from('helloworld')), last.text)
    const large = await begin(api, 9_000_000)
    const tooLarge = await write(api, large, 0, Buffer.alloc(9_000_000), sum('sha1', 'x'))
    assert.equal(tooLarge.status, 413)
  })

  test('that are not what was stated, or of no type that is taken, are refused and not kept', async (t) => {
    const { api } = await openGateway(t)
    const bytes = Buffer.from('hello')
    const other = await begin(api, 5, { sha256: hashOf(Buffer.from('hallo')) })
    const refused = await write(api, other, 0, bytes)
    assert.equal(refused.status, 460)
    assert.match(refused.json.detail, new RegExp(hashOf(bytes)))
    const now = (await api.call(other)).json
    assert.deepEqual([now.status, now.refusal.code], ['refused', 'C4A_CHECKSUM_MISMATCH'])
    assert.equal((await api.call(`/v1/blobs/${hashOf(bytes)}/about`)).status, 404)

    const elf = Buffer.concat([
      Buffer.from('7f454c460201010000000000000000000200', 'hex'),
      Buffer.alloc(46),
    ])
    const program = await begin(api, elf.length, { filename: 'photo.png', filetype: 'image/png' })
    const answer = await write(api, program, 0, elf)
    assert.equal(answer.status, 415)
    assert.match(answer.json.detail, /application\/x-elf/)
    const head = await api.call(program, { method: 'HEAD', headers: tusHeaders })
    assert.equal(head.status, 415)
  })

  test('are looked through for viruses, and wait while the scanner is away', async (t) => {
    let away = true
    const virusScanner: VirusScanner = {
      async scan(bytes) {
        const chunks = await bytes.toArray()
        if (away) {
          const said = { what: 'It is away', why: 'a test says so', todo: 'Wait' }
          throw new Chat4AllError('C4A_UNAVAILABLE', said)
        }
        const bad = Buffer.concat(chunks).includes('virus')
        return bad ? { kind: 'infected', name: 'Test' } : { kind: 'clean' }
      },
    }
    const { api } = await openGateway(t, { tools: () => ({ virusScanner }) })
    const path = await begin(api, 5)
    const waiting = await write(api, path, 0, Buffer.from('hello'))
    assert.equal(waiting.status, 503)
    assert.equal((await api.call(path, { method: 'HEAD', headers: tusHeaders })).status, 503)
    away = false
    const head = await api.call(path, { method: 'HEAD', headers: tusHeaders })
    assert.equal(head.headers['c4a-blob-id'], hashOf(Buffer.from('hello')))
    const bad = await begin(api, 7)
    const found = await write(api, bad, 0, Buffer.from('a virus'))
    assert.deepEqual([found.status, found.json.code], [422, 'C4A_MEDIA_INFECTED'])
    const small = await api.call('/v1/blobs', {
      body: 'a virus',
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(small.json.code, 'C4A_MEDIA_INFECTED')
  })

  test('are nobody else’s', async (t) => {
    const { api } = await openGateway(t)
    const key = async (role: string, tenant: string) =>
      (await api.call('/v1/keys', { body: { name: 'k', role, tenant } })).json.key
    const theirs = await key('sender', 'other')
    const path = await begin(api, 5)
    const call = { key: theirs, headers: { ...piece, 'upload-offset': '0' } }
    for (const method of ['HEAD', 'DELETE', 'PATCH'] as const) {
      assert.equal(
        (await api.call(path, { ...call, method, ...(method === 'PATCH' && { body: 'hello' }) }))
          .status,
        404,
      )
    }
    assert.equal((await api.call(path, { key: theirs })).status, 404)
    const stored = await write(api, path, 0, Buffer.from('hello'))
    const blobId = String(stored.headers['c4a-blob-id'])
    assert.equal((await api.call(`/v1/blobs/${blobId}`, { key: theirs })).status, 404)
    const reader = await key('reader', 'default')
    const begun = await api.call('/v1/uploads', {
      method: 'POST',
      key: reader,
      headers: { ...tusHeaders, 'upload-length': '5' },
    })
    assert.equal(begun.status, 403)
    assert.equal(
      (await api.call(path, { method: 'HEAD', key: null, headers: tusHeaders })).status,
      401,
    )
  })

  test('tell what is wrong with a request', async (t) => {
    const { api } = await openGateway(t, { settings: { media: { ...media, uploadBytes: 100 } } })
    const post = (headers: Record<string, string>) =>
      api.call('/v1/uploads', { method: 'POST', headers })
    assert.equal((await post({ 'upload-length': '5' })).json.code, 'C4A_PROTOCOL_VERSION')
    const version = await post({ 'tus-resumable': '0.2.2', 'upload-length': '5' })
    assert.ok([400, 412].includes(version.status))
    assert.equal((await post(tusHeaders)).status, 400)
    assert.equal((await post({ ...tusHeaders, 'upload-length': '101' })).status, 413)
    assert.equal((await post({ ...tusHeaders, 'upload-length': '0' })).status, 400)
    assert.equal((await post({ ...tusHeaders, 'upload-defer-length': '1' })).status, 400)
    const bad = { ...tusHeaders, 'upload-length': '5' }
    assert.equal((await post({ ...bad, 'upload-metadata': `sha256 ${base64('x')}` })).status, 400)
    assert.equal(
      (await post({ ...bad, 'upload-metadata': `filename ${base64('a\nb')}` })).status,
      400,
    )
    const path = await begin(api, 5)
    assert.equal((await write(api, path, 3, Buffer.from('lo'))).json.code, 'C4A_CONFLICT')
    assert.equal((await write(api, path, 0, Buffer.alloc(6))).status, 413)
    const none = '/v1/uploads/00000000-0000-4000-8000-000000000000'
    for (const other of [none, '/v1/uploads/..%2f..%2fetc', '/v1/uploads/x']) {
      assert.equal((await write(api, other, 0, Buffer.from('a'))).status, 404, other)
    }
    assert.equal((await api.call(path, { method: 'DELETE', headers: tusHeaders })).status, 204)
    assert.equal((await write(api, path, 0, Buffer.from('hello'))).status, 404)
  })

  test('are written to by so many at once, and others come again', async (t) => {
    const { api } = await openGateway(t, { limits: { uploads: 1 } })
    const slow = await begin(api, 10)
    const go = Promise.withResolvers<void>()
    const first = request(api.base + slow, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${adminKey}`, ...piece, 'upload-offset': '0' },
      body: Readable.from(
        (async function* () {
          yield Buffer.from('hello')
          await go.promise
          yield Buffer.from('world')
        })(),
      ),
    })
    await t.waitFor(async () => assert.equal((await api.call(slow)).json.offset, 5), {
      timeout: 10_000,
    })
    const busy = await api.call('/v1/uploads', {
      method: 'POST',
      headers: { ...tusHeaders, 'upload-length': '5' },
    })
    assert.equal(busy.status, 503)
    assert.ok(busy.headers['retry-after'])
    go.resolve()
    assert.equal((await first).statusCode, 204)
    await begin(api, 5)
  })
})
