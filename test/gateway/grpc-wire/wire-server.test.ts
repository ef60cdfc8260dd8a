import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import {
  type CallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  type Metadata,
  makeClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { oneRequest } from '../../../gateway/grpc/wire/one-request.ts'
import { until } from '../../until.ts'
import { definition, maxMessageBytes, testServer } from './test-service.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers field by field.
type Any = any
type Done = (error: ServiceError | null, answer: Any) => void

/** The client of grpc-js, which shares no code with the server. */
interface TestClient {
  Echo(request: object, options: CallOptions, done: Done): ClientUnaryCall
  Fail(request: object, done: Done): ClientUnaryCall
  Never(request: object, options: CallOptions, done: Done): ClientUnaryCall
  Missing(request: object, done: Done): ClientUnaryCall
  Collect(done: Done): ClientWritableStream<object>
  First(done: Done): ClientWritableStream<object>
  Count(request: object): ClientReadableStream<Any>
  Chat(): ClientDuplexStream<object, Any>
  close(): void
}

function clientOf(t: TestContext, port: number, options: object = {}): TestClient {
  const Client = makeClientConstructor(definition, 'Test')
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    ...options,
  })
  t.after(() => client.close())
  return client as unknown as TestClient
}

function answer(call: (done: Done) => void): Promise<Any> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)))
  })
}

const failure = (call: (done: Done) => void): Promise<ServiceError> =>
  answer(call).then(
    () => assert.fail('it was answered'),
    (error: ServiceError) => error,
  )

describe('the gRPC server, asked by the client of grpc-js', () => {
  test('adds a service when it is called for the first time', async (t) => {
    const { server, port } = await testServer(t)
    let loads = 0
    server.addLater('/test.Test/Missing', async () => {
      loads++
      await Promise.resolve()
      if (loads === 1) throw new Error('not this time')
      server.addService(definition, {
        Missing: (call) => oneRequest(call, (request) => call.answer(request)),
      })
    })
    const client = clientOf(t, port)
    const refused = await failure((done) => client.Missing({ n: 0 }, done))
    assert.equal(refused.code, status.INTERNAL)
    const answers = [1, 2].map((n) => answer((done) => client.Missing({ n }, done)))
    assert.deepEqual(await Promise.all(answers), [{ n: 1 }, { n: 2 }])
    assert.deepEqual(await answer((done) => client.Missing({ n: 3 }, done)), { n: 3 })
    assert.equal(loads, 2)
  })

  test('serves calls of all four kinds', async (t) => {
    const { port } = await testServer(t)
    const client = clientOf(t, port)
    assert.deepEqual(await answer((done) => client.Echo({ a: 'ç' }, {}, done)), { a: 'ç' })

    const collected = await answer((done) => {
      const call = client.Collect(done)
      for (let n = 0; n < 2_000; n++) call.write({ n })
      call.end()
    })
    assert.deepEqual(collected.all, [...Array(2_000).keys()])

    const counted: number[] = []
    for await (const { n } of client.Count({ to: 500 })) counted.push(n)
    assert.deepEqual(
      counted,
      Array.from({ length: 500 }, (_, at) => at + 1),
    )

    const chat = client.Chat()
    chat.write({ n: 1 })
    const heard: number[] = []
    for await (const { twice } of chat) {
      heard.push(twice)
      if (twice < 16) chat.write({ n: twice })
      else chat.end()
    }
    assert.deepEqual(heard, [2, 4, 8, 16])
  })

  test('says how a call failed, in any characters, with metadata of text and bytes', async (t) => {
    const { port } = await testServer(t)
    const error = await failure((done) => clientOf(t, port).Fail({}, done))
    assert.equal(error.code, status.ABORTED)
    assert.equal(error.details, '100 % não, 日本')
    assert.deepEqual(error.metadata.get('x-text'), ['a b'])
    assert.deepEqual(error.metadata.get('x-bytes-bin'), [Buffer.from([0, 255, 7])])
  })

  test('does not know a method without a handler, nor one of nobody', async (t) => {
    const { port } = await testServer(t)
    const error = await failure((done) => clientOf(t, port).Missing({}, done))
    assert.equal(error.code, status.UNIMPLEMENTED)
    assert.match(error.details, /has no method \/test\.Test\/Missing/)
  })

  test('takes messages up to its limit and answers as large', async (t) => {
    const { port } = await testServer(t)
    const client = clientOf(t, port)
    const padding = 'x'.repeat(maxMessageBytes - '{"padding":""}'.length)
    const whole = await answer((done) => client.Echo({ padding }, {}, done))
    assert.equal(whole.padding.length, padding.length)
    const error = await failure((done) => client.Echo({ padding: `${padding}x` }, {}, done))
    assert.equal(error.code, status.RESOURCE_EXHAUSTED)
    assert.match(error.details, /6291457 bytes, and at most 6291456/)
    assert.deepEqual(await answer((done) => client.Echo({ still: 1 }, {}, done)), { still: 1 })
  })

  for (const [name, algorithm] of [
    ['deflate', 1],
    ['gzip', 2],
  ] as const) {
    test(`reads messages that are compressed with ${name}`, async (t) => {
      const { port } = await testServer(t)
      const options = { 'grpc.default_compression_algorithm': algorithm }
      const client = clientOf(t, port, options)
      const request = { text: 'olá '.repeat(10_000) }
      assert.deepEqual(await answer((done) => client.Echo(request, {}, done)), request)
      const bomb = { text: 'x'.repeat(maxMessageBytes + 1) }
      const error = await failure((done) => client.Echo(bomb, {}, done))
      assert.equal(error.code, status.RESOURCE_EXHAUSTED)
    })
  }

  test('answers many calls of one connection at once, each with its own', async (t) => {
    const { port } = await testServer(t)
    const client = clientOf(t, port)
    const numbers = [...Array(800).keys()]
    const answers = await Promise.all(
      numbers.map((n) => answer((done) => client.Echo({ n }, {}, done))),
    )
    assert.deepEqual(
      answers.map(({ n }) => n),
      numbers,
    )
  })

  test('tells the handler when the client cancels, and when a deadline passes', async (t) => {
    const { port, cancelled, calls } = await testServer(t)
    const client = clientOf(t, port)
    const cancelledCall = failure((done) => {
      const call = client.Never({}, {}, done)
      void until('calls.length === 1', () => calls.length === 1).then(() => call.cancel())
    })
    assert.equal((await cancelledCall).code, status.CANCELLED)
    await until('cancelled.length === 1', () => cancelled.length === 1)
    const late = failure((done) => client.Never({}, { deadline: Date.now() + 50 }, done))
    assert.equal((await late).code, status.DEADLINE_EXCEEDED)
    await until('cancelled.length === 2', () => cancelled.length === 2)
    assert.ok(calls.every(({ isOver }) => isOver))
  })

  test('waits for a reader that takes its time, and then goes on', async (t) => {
    const { port, passed } = await testServer(t)
    const to = 2_000
    const call = clientOf(t, port).Count({ to, padding: 'x'.repeat(10_000) })
    const seen: number[] = []
    const ended = new Promise((resolve, reject) => call.once('end', resolve).once('error', reject))
    call.once('data', ({ n }) => {
      seen.push(n)
      call.pause()
      // Nothing more is written once windows and buffers are full.
      let before = -1
      const look = () => {
        if (passed.count !== before) {
          before = passed.count
          setTimeout(look, 50)
          return
        }
        assert.ok(before < to, `all ${before} were written to a reader that does not read`)
        call.on('data', (next) => seen.push(next.n))
        call.resume()
      }
      look()
    })
    await ended
    assert.deepEqual(
      seen,
      Array.from({ length: to }, (_, at) => at + 1),
    )
  })

  test('makes a writer wait while it is paused', async (t) => {
    const { port, passed, calls } = await testServer(t)
    const padding = 'x'.repeat(10_000)
    const answered = answer((done) => {
      const call = clientOf(t, port).Collect(done)
      for (let n = 0; n < 1_000; n++) call.write({ n, padding, pause: n === 0 })
      call.end()
    })
    await until('passed.collect > 0', () => passed.collect > 0)
    const before = passed.collect
    assert.ok(before < 100, `${before} messages came after the pause`)
    calls[0]?.resume()
    assert.equal((await answered).all.length, 1_000)
  })

  test('answers before the client has said all, and the connection lives on', async (t) => {
    const { port } = await testServer(t)
    const client = clientOf(t, port)
    const first = await answer((done) => {
      const call = client.First(done)
      for (let n = 0; n < 200; n++) call.write({ n, padding: 'x'.repeat(1_000) })
    })
    assert.equal(first.n, 0)
    assert.deepEqual(await answer((done) => client.Echo({ on: 1 }, {}, done)), { on: 1 })
  })

  test('lets open calls end when it drains, and takes no new ones', async (t) => {
    const { port, server, calls } = await testServer(t)
    const client = clientOf(t, port)
    const open = answer((done) => client.Never({}, {}, done))
    await until('calls.length === 1', () => calls.length === 1)
    let drained = false
    const draining = server.drain().then(() => {
      drained = true
    })
    const refused = await failure((done) => client.Echo({}, { deadline: Date.now() + 2_000 }, done))
    assert.equal(refused.code, status.UNAVAILABLE)
    assert.equal(drained, false)
    calls[0]?.answer({ late: true })
    assert.deepEqual(await open, { late: true })
    await draining
  })

  test('ends open calls when it is cut', async (t) => {
    const { port, server, calls, cancelled } = await testServer(t)
    const open = failure((done) => clientOf(t, port).Never({}, {}, done))
    await until('calls.length === 1', () => calls.length === 1)
    const draining = server.drain()
    server.cut()
    await draining
    const { code, metadata } = (await open) as ServiceError & { readonly metadata: Metadata }
    assert.ok([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL].includes(code), status[code])
    assert.deepEqual(metadata.get('c4a-code'), [])
    assert.deepEqual(cancelled, ['Never'])
  })
})
