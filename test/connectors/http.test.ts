import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { HttpFailure, type HttpRequest } from '../../connectors/contract.ts'
import { pooledHttp } from '../../connectors/http.ts'
import { deadUrl, scriptedPlatform } from './scripted-platform.ts'

const post = (url: string, over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'x-case': 'one' },
  body: 'olá',
  signal: new AbortController().signal,
  timeoutMs: 5_000,
  ...over,
})

function open(t: TestContext, options: Parameters<typeof pooledHttp>[0] = {}) {
  const net = pooledHttp(options)
  t.after(() => net.close())
  return net.http
}

/** The failure of a request, and whether it may have been sent. */
async function failure(running: Promise<unknown>): Promise<HttpFailure> {
  try {
    await running
  } catch (error) {
    assert.ok(error instanceof HttpFailure)
    return error
  }
  return assert.fail('it was answered')
}

/** A server that speaks no HTTP of its own accord. */
async function rawServer(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // the other side may be gone already
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return `127.0.0.1:${address.port}`
}

describe('pooled http', () => {
  test('hands back status, headers in lower case and the body in one piece', async (t) => {
    const platform = await scriptedPlatform(t)
    const body = 'x'.repeat(200_000)
    platform.script({ status: 418, headers: { 'X-Tea': 'pot' }, body })
    const answer = await open(t)(post(`${platform.url}/a/b?c=d`))
    assert.equal(answer.status, 418)
    assert.equal(answer.headers['x-tea'], 'pot')
    assert.equal(Buffer.from(answer.body).toString(), body)
    const [request] = platform.requests
    assert.equal(request?.path, '/a/b?c=d')
    assert.equal(request?.headers['x-case'], 'one')
    assert.equal(request?.body.toString(), 'olá')
  })

  test('sends bytes as they are, and a GET without a body', async (t) => {
    const platform = await scriptedPlatform(t)
    platform.script({ status: 200, body: '' }, { status: 200, body: '' })
    const http = open(t)
    const bytes = Uint8Array.from([0, 255, 13, 10])
    await http(post(platform.url, { body: bytes }))
    await http({
      method: 'GET',
      url: platform.url,
      headers: {},
      signal: new AbortController().signal,
      timeoutMs: 5_000,
    })
    assert.deepEqual(new Uint8Array(platform.requests[0]?.body ?? []), bytes)
    assert.equal(platform.requests[1]?.method, 'GET')
    assert.equal(platform.requests[1]?.body.length, 0)
  })

  test('certainly sent nothing when the connection is refused', async (t) => {
    const error = await failure(open(t)(post(await deadUrl())))
    assert.equal(error.sent, false)
    assert.match(error.message, /ECONNREFUSED/)
  })

  test('certainly sent nothing when the name is unknown', async (t) => {
    const error = await failure(open(t)(post('http://no-such-host.invalid/')))
    assert.equal(error.sent, false)
  })

  test('certainly sent nothing when TLS fails', async (t) => {
    const host = await rawServer(t, (socket) => socket.end('this is no TLS'))
    const error = await failure(open(t)(post(`https://${host}/`)))
    assert.equal(error.sent, false)
  })

  test('certainly sent nothing when the TLS handshake never ends', async (t) => {
    const host = await rawServer(t, () => {})
    const http = open(t, { connectTimeoutMs: 100 })
    assert.equal((await failure(http(post(`https://${host}/`)))).sent, false)
  })

  test('certainly sent nothing when given up while it waits for a connection', async (t) => {
    const platform = await scriptedPlatform(t)
    const http = open(t, { connections: 1 })
    platform.script('silent', { status: 200, body: '' })
    const arrival = platform.arrival()
    const first = failure(http(post(platform.url, { timeoutMs: 1_500 })))
    await arrival
    const abort = new AbortController()
    const second = failure(http(post(`${platform.url}/second`, { signal: abort.signal })))
    abort.abort()
    assert.equal((await second).sent, false)
    assert.equal((await first).sent, true)
    // Also later, when the connection is free again, it does not go out.
    await http(post(`${platform.url}/third`))
    const paths = platform.requests.map(({ path }) => path)
    assert.deepEqual(paths, ['/', '/third'])
  })

  test('may have sent it when the connection breaks before, or amid the answer', async (t) => {
    const http = open(t)
    const silent = await rawServer(t, (socket) => socket.once('data', () => socket.destroy()))
    assert.equal((await failure(http(post(`http://${silent}/`)))).sent, true)
    const amid = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ok":'
    const cut = await rawServer(t, (socket) => socket.once('data', () => socket.end(amid)))
    assert.equal((await failure(http(post(`http://${cut}/`)))).sent, true)
  })

  test('may have sent it when the answer is no HTTP', async (t) => {
    const host = await rawServer(t, (socket) =>
      socket.once('data', () => socket.end('hello\r\n\r\n')),
    )
    assert.equal((await failure(open(t)(post(`http://${host}/`)))).sent, true)
  })

  test('bounds the whole exchange, also an answer that trickles', async (t) => {
    const host = await rawServer(t, (socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')),
    )
    const error = await failure(open(t)(post(`http://${host}/`, { timeoutMs: 1_500 })))
    assert.equal(error.sent, true)
    assert.match(error.message, /no answer within 1500 ms/)
  })

  test('cuts off an answer that is too long', async (t) => {
    const platform = await scriptedPlatform(t)
    platform.script({ status: 200, body: 'x'.repeat(5_000) })
    const error = await failure(open(t, { maxAnswerBytes: 1_000 })(post(platform.url)))
    assert.equal(error.sent, true)
  })

  test('tells no URL, since a token may stand in it', async (t) => {
    const http = open(t)
    const secret = '123456:AAE-s3cr3t'
    const aborted = AbortSignal.abort()
    const errors = [
      await failure(http(post(`${await deadUrl()}/bot${secret}/x`))),
      await failure(http(post(`http:// not a url/bot${secret}`))),
      await failure(http(post(`http://127.0.0.1:1/bot${secret}`, { signal: aborted }))),
      await failure(
        http(post('http://127.0.0.1:1/', { headers: { authorization: `${secret}\n` } })),
      ),
      await failure(http(post(`ftp://127.0.0.1/bot${secret}`))),
    ]
    for (const error of errors) {
      assert.equal(error.sent, false, error.message)
      assert.ok(!`${error.message}${error.stack}`.includes(secret), error.message)
      assert.equal(error.cause, undefined)
    }
  })
})
