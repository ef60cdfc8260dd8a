import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { s3Blobs } from '../../../storage/adapters/s3/blobs.ts'
import { openS3 } from '../../../storage/adapters/s3/open-s3.ts'
import { isCode } from '../../../topology/contract/errors.ts'

// What a real server does only on a bad day, from one that plays it.

const note = { bytes: Buffer.from('hi'), mimeType: 'text/plain', filename: 'hi.txt' }
const noteId = createHash('sha256').update(note.bytes).digest('hex')

async function blobsOn(t: TestContext, listener: RequestListener, timeoutMs = 5_000) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client = openS3({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIAHUB', secretAccessKey: 'tres-secret' },
    timeoutMs,
  })
  const stop = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  t.after(() => client.destroy())
  t.after(stop)
  return { blobs: s3Blobs(client, { bucket: 'blobs' }), stop }
}

function isAway(error: unknown, why: RegExp): true {
  assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'), String(error))
  const { cause, message } = error as Error // thrown by us
  assert.match(message, why)
  const everything = [message, String(cause), { ...Object(error) }, { ...Object(cause) }]
  assert.doesNotMatch(JSON.stringify(everything), /tres-secret|AKIAHUB|AWS4-HMAC/)
  return true
}

describe('a bucket that fails', () => {
  test('is unreachable when nobody listens', async (t) => {
    const { blobs, stop } = await blobsOn(t, () => {})
    await stop()
    await assert.rejects(blobs.put('default', note), (error) => isAway(error, /ECONNREFUSED/))
    await assert.rejects(blobs.get('default', noteId), (error) => isAway(error, /ECONNREFUSED/))
  })

  test('is unreachable when it never answers', async (t) => {
    const { blobs } = await blobsOn(t, () => {}, 50)
    await assert.rejects(blobs.put('default', note), (error) => isAway(error, /TIMEDOUT|Timeout/))
    await assert.rejects(blobs.get('default', noteId), (error) => isAway(error, /TIMEDOUT|Timeout/))
  })

  test('is unreachable when it breaks off half-way through the bytes', async (t) => {
    const { blobs } = await blobsOn(t, (_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('some of it', () => response.destroy())
    })
    await assert.rejects(blobs.get('default', noteId), (error) =>
      isAway(error, /ECONNRESET|abort/i),
    )
  })

  test('is asked once more when it is overloaded, and then believed', async (t) => {
    let asked = 0
    const { blobs } = await blobsOn(t, (_, response) => {
      asked += 1
      response.writeHead(503, { 'content-type': 'application/xml' })
      response.end('<Error><Code>SlowDown</Code><AWSAccessKeyId>AKIAHUB</AWSAccessKeyId></Error>')
    })
    await assert.rejects(blobs.get('default', noteId), (error) => isAway(error, /SlowDown.*503/))
    assert.equal(asked, 2)
  })

  test('is not written to when it has the blob, and hands the sum of the bytes to a server that has not', async (t) => {
    const requests: { method: string | undefined; sum: unknown }[] = []
    let has = false
    const { blobs } = await blobsOn(t, (request, response) => {
      requests.push({ method: request.method, sum: request.headers['x-amz-checksum-sha256'] })
      request.resume()
      request.on('end', () => {
        response.writeHead(request.method === 'HEAD' && !has ? 404 : 200).end()
      })
    })
    assert.equal(await blobs.put('default', note), noteId)
    const sum = Buffer.from(noteId, 'hex').toString('base64')
    assert.deepEqual(requests, [
      { method: 'HEAD', sum: undefined },
      { method: 'PUT', sum },
    ])
    has = true
    assert.equal(await blobs.put('default', note), noteId)
    assert.equal(requests.length, 3)
  })
})
