import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { flags, frame, kinds, literals } from '../../../bench/load/http2-frames.ts'
import { until } from '../../until.ts'
import { prefixed, rawClient } from './raw-call.ts'
import { maxMessageBytes, testServer } from './test-service.ts'

const hello = prefixed({ hello: 1 })

/** What no client library sends: how it is called, with which headers and body, and the status that answers. */
const faults: readonly {
  readonly name: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly code: status
}[] = [
  { name: 'no message', body: Buffer.alloc(0), code: status.UNIMPLEMENTED },
  { name: 'two messages', body: Buffer.concat([hello, hello]), code: status.UNIMPLEMENTED },
  { name: 'half a prefix', body: hello.subarray(0, 3), code: status.INTERNAL },
  { name: 'half a message', body: hello.subarray(0, -1), code: status.INTERNAL },
  {
    name: 'a message and a half',
    body: Buffer.concat([hello, hello.subarray(0, 7)]),
    code: status.INTERNAL,
  },
  {
    name: 'a message that is not of its type',
    body: prefixed(Buffer.from('{')),
    code: status.INTERNAL,
  },
  { name: 'a flag that is none', body: prefixed({}, 2), code: status.INTERNAL },
  {
    name: 'a length beyond the limit',
    body: Buffer.from([0, 0xff, 0xff, 0xff, 0xff]),
    code: status.RESOURCE_EXHAUSTED,
  },
  {
    name: 'compression without its name',
    body: prefixed(gzipSync('{}'), 1),
    code: status.INTERNAL,
  },
  {
    name: 'compression of another kind',
    headers: { 'grpc-encoding': 'snappy' },
    body: prefixed(gzipSync('{}'), 1),
    code: status.UNIMPLEMENTED,
  },
  {
    name: 'compression that is broken',
    headers: { 'grpc-encoding': 'gzip' },
    body: prefixed(Buffer.from('not gzip'), 1),
    code: status.INTERNAL,
  },
  {
    name: 'a small message that inflates beyond the limit',
    headers: { 'grpc-encoding': 'gzip' },
    body: prefixed(gzipSync(Buffer.alloc(maxMessageBytes + 1)), 1),
    code: status.RESOURCE_EXHAUSTED,
  },
  {
    name: 'a timeout that is none',
    headers: { 'grpc-timeout': 'soon' },
    body: hello,
    code: status.INTERNAL,
  },
]

describe('the gRPC server, asked by a client that knows only HTTP/2', () => {
  for (const { name, headers, body, code } of faults) {
    test(`refuses ${name}, and serves the next call of the connection`, async (t) => {
      const { port } = await testServer(t)
      const client = rawClient(t, port)
      const call = client.call('Echo', headers)
      call.end(body)
      const { headers: answered } = await call.answer
      assert.equal(answered[':status'], 200)
      assert.equal(answered['grpc-status'], String(code), String(answered['grpc-message']))
      if (code === status.UNIMPLEMENTED && headers) {
        assert.equal(answered['grpc-accept-encoding'], 'identity,deflate,gzip')
      }
      const next = client.call('Echo')
      next.end(hello)
      assert.equal((await next.answer).headers['grpc-status'], '0')
    })
  }

  test('reads a message however its bytes fall', async (t) => {
    const { port } = await testServer(t)
    const client = rawClient(t, port)
    const body = Buffer.concat([1, 22, 333].map((n) => prefixed({ n })))
    for (let size = 1; size < body.length; size++) {
      const call = client.call('Collect')
      for (let at = 0; at < body.length; at += size) call.write(body.subarray(at, at + size))
      call.end()
      assert.deepEqual((await call.answer).body, prefixed({ all: [1, 22, 333] }), `by ${size}`)
    }
  })

  test('reads what is marked as not compressed in a compressed stream', async (t) => {
    const { port } = await testServer(t)
    const call = rawClient(t, port).call('Collect', { 'grpc-encoding': 'gzip' })
    call.write(prefixed({ n: 1 }))
    call.end(prefixed(gzipSync(JSON.stringify({ n: 2 })), 1))
    assert.deepEqual((await call.answer).body, prefixed({ all: [1, 2] }))
  })

  test('says with HTTP what is not gRPC', async (t) => {
    const { port } = await testServer(t)
    const client = rawClient(t, port)
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/grpc-web+proto' },
      { ':method': 'PUT' },
    ]) {
      const call = client.call('Echo', headers)
      call.end(hello)
      assert.equal((await call.answer).headers[':status'], 415)
    }
    for (const type of ['application/grpc+proto', 'application/grpc;charset=utf-8']) {
      const call = client.call('Echo', { 'content-type': type })
      call.end(hello)
      assert.equal((await call.answer).headers['grpc-status'], '0')
    }
  })

  test('keeps the deadline itself, for a client that does not', async (t) => {
    const { port, cancelled } = await testServer(t)
    const call = rawClient(t, port).call('Never', { 'grpc-timeout': '20000u' })
    call.end(hello)
    const { headers } = await call.answer
    assert.equal(headers['grpc-status'], String(status.DEADLINE_EXCEEDED))
    assert.deepEqual(cancelled, ['Never'])
  })

  test('does not take a stream that was reset for one that ended', async (t) => {
    const { port, cancelled, calls, passed } = await testServer(t)
    // Node's client ends a stream before it resets it, so the frames are written by hand.
    const socket = connect(port, '127.0.0.1')
    t.after(() => socket.destroy())
    const head = literals({
      ':method': 'POST',
      ':scheme': 'http',
      ':path': '/test.Test/Collect',
      ':authority': 'test',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    socket.write(frame(kinds.settings, 0, 0, Buffer.alloc(0)))
    socket.write(frame(kinds.headers, flags.endHeaders, 1, head))
    socket.write(frame(kinds.data, 0, 1, prefixed({ n: 1 })))
    await until('passed.collect === 1', () => passed.collect === 1)
    const cancel = Buffer.from([0, 0, 0, 8])
    socket.write(frame(kinds.reset, 0, 1, cancel))
    await until('cancelled.length === 1', () => cancelled.length === 1)
    assert.equal(calls[0]?.isOver, true)
  })

  test('tells the handler when the connection breaks', async (t) => {
    const { port, cancelled, calls } = await testServer(t)
    const client = rawClient(t, port)
    const call = client.call('Collect')
    call.write(prefixed({ n: 1 }))
    await until('calls.length === 1', () => calls.length === 1)
    client.session.destroy()
    await until('cancelled.length === 1', () => cancelled.length === 1)
    await call.answer
    assert.equal(calls[0]?.isOver, true)
  })

  test('stops a client that goes on sending after its answer', async (t) => {
    const { port } = await testServer(t)
    const call = rawClient(t, port).call('First')
    call.write(prefixed({ n: 1 }))
    const more = setInterval(() => call.write(prefixed({ n: 2 })), 5)
    t.after(() => clearInterval(more))
    // Resolves when the stream is closed, which this client never does.
    const { headers, body } = await call.answer
    assert.deepEqual(body, prefixed({ n: 1 }))
    assert.equal(headers['grpc-status'], '0')
  })

  test('cuts a connection whose other end does not answer any more', async (t) => {
    const tasks: { readonly ms: number; readonly run: () => void }[] = []
    const clock = {
      after(ms: number, run: () => void) {
        const task = { ms, run }
        tasks.push(task)
        return () => void tasks.splice(tasks.indexOf(task) >>> 0, 1)
      },
    }
    const { port } = await testServer(t, clock)
    // Speaks the preface and an empty SETTINGS frame, and nothing after.
    const silent = connect(port, '127.0.0.1')
    const closed = new Promise((resolve) => silent.once('close', resolve))
    silent.on('error', () => {})
    silent.resume()
    silent.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    silent.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    await until('tasks.length === 1', () => tasks.length === 1)
    assert.equal(tasks[0]?.ms, 60_000)
    tasks.shift()?.run()
    assert.equal(tasks[0]?.ms, 20_000)
    tasks.shift()?.run()
    await closed

    // One that answers is asked again after a while.
    const { session } = rawClient(t, port)
    await until('tasks.length === 1', () => tasks.length === 1)
    tasks.shift()?.run()
    await until('tasks[0]?.ms === 60_000', () => tasks[0]?.ms === 60_000)
    assert.equal(session.destroyed, false)
  })
})
