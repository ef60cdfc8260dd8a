import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { httpLoad } from '../../bench/load/http-load.ts'
import { frame, frames, kinds } from '../../bench/load/http2-frames.ts'
import { http2Load } from '../../bench/load/http2-load.ts'

const job = { path: '/x', key: 'k', connections: 3, bodies: ['{"n":1}', '{"n":2}'], warmMs: 0 }

describe('the HTTP generator', () => {
  test('asks as often as it is told, round robin, with the key', async (t) => {
    const seen = new Map<string, number>()
    const port = await served(t, (body, response) => {
      seen.set(body, (seen.get(body) ?? 0) + 1)
      response.writeHead(202, { 'content-length': 2 }).end('ok')
    })
    const { requests } = await httpLoad({ ...job, port, expect: 202, runMs: 60_000, requests: 10 })
    assert.equal(requests, 10)
    assert.deepEqual([...seen.values()], [5, 5])
  })

  test('reads an answer whose head and body come apart', async (t) => {
    const port = await served(t, (_, response) => {
      response.writeHead(202, { 'content-length': 4 })
      response.write('ab')
      setImmediate(() => response.end('cd'))
    })
    const { requests } = await httpLoad({ ...job, port, expect: 202, runMs: 60_000, requests: 4 })
    assert.equal(requests, 4)
  })

  test('fails on an answer that it did not expect', async (t) => {
    const port = await served(t, (_, response) => response.writeHead(503).end('full'))
    await assert.rejects(
      httpLoad({ ...job, port, expect: 202, runMs: 60_000 }),
      /expected 202, got: HTTP\/1.1 503/,
    )
  })

  test('counts a late answer from when its request was due, so that a stall shows', async (t) => {
    const held: ServerResponse[] = []
    const port = await served(t, (_, response) => {
      held.push(response)
      // Everything due meanwhile waits behind the three connections.
      if (held.length === 3) setTimeout(() => held.splice(0).forEach(answer), 200)
      else if (held.length > 3) answer(response)
    })
    const answer = (response: ServerResponse) =>
      response.writeHead(202, { 'content-length': 0 }).end()
    const found = await httpLoad({
      ...job,
      port,
      expect: 202,
      runMs: 60_000,
      rate: 500,
      requests: 3,
    })
    assert.ok(found.latency.max >= 190, `${found.latency.max} ms`)
  })
})

describe('the HTTP/2 generator', () => {
  test('sends bodies larger than the windows whole', async (t) => {
    const sizes: number[] = []
    const server = createHttp2Server()
    server.on('stream', (stream) => {
      let size = 0
      stream.on('error', () => {})
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length
      })
      stream.on('end', () => {
        if (stream.destroyed) return // the generator's time was over
        sizes.push(size)
        stream.respond({ ':status': 200 })
        stream.end('answer')
      })
    })
    const port = await listening(t, server)
    const body = Buffer.alloc(200_000, 1).toString('base64')
    const { requests } = await http2Load({
      ...job,
      port,
      bodies: [body],
      streams: 2,
      runMs: 2_000,
    })
    assert.ok(requests > 0)
    assert.deepEqual([...new Set(sizes)], [200_000])
  })

  test('fails on a call without an answer', async (t) => {
    const server = createHttp2Server()
    server.on('stream', (stream) => {
      stream.on('error', () => {})
      stream.respond({ ':status': 200, 'grpc-status': '16' }, { endStream: true })
    })
    const port = await listening(t, server)
    await assert.rejects(
      http2Load({ ...job, port, bodies: [''], streams: 1, runMs: 60_000 }),
      /a call was refused/,
    )
  })

  test('frames are whole however their bytes fall', () => {
    const sent = [
      frame(kinds.data, 1, 7, Buffer.from('seven')),
      frame(kinds.ping, 0, 0, Buffer.alloc(8)),
    ]
    const bytes = Buffer.concat(sent)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const seen: string[] = []
      const take = frames(({ kind, stream, payload }) =>
        seen.push(`${kind} ${stream} ${payload.length}`),
      )
      take(bytes.subarray(0, cut))
      take(bytes.subarray(cut))
      assert.deepEqual(seen, ['0 7 5', '6 0 8'])
    }
  })
})

function served(
  t: TestContext,
  answer: (body: string, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (request.headers.authorization === 'Bearer k') answer(body, response)
      else response.writeHead(401).end()
    })
  })
  t.after(() => server.closeAllConnections())
  return listening(t, server)
}

function listening(
  t: TestContext,
  server: ReturnType<typeof createServer> | ReturnType<typeof createHttp2Server>,
): Promise<number> {
  t.after(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
