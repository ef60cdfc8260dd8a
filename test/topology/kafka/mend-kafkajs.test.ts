import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { ProduceBody } from '../../../topology/adapters/kafka/producing/produce-body.ts'
import { produceRequest } from '../../../topology/adapters/kafka/producing/produce-request.ts'
import { mendKafkajs } from '../../../topology/adapters/kafka/wire/mend-kafkajs.ts'
import { openSocket } from '../../../topology/adapters/kafka/wire/open-socket.ts'
import { importsOf } from '../../gates/imports-of.ts'
import { sourceFiles } from '../../gates/rooms.ts'
import { until } from '../../until.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const kafkajs = (path: string) => createRequire(import.meta.url)(`kafkajs/src/${path}`)
const silent = { namespace: () => silent, debug() {}, info() {}, warn() {}, error() {} }

mendKafkajs()
mendKafkajs() // once is enough

/** Two batches, so long each. */
function bodyOf(room: Buffer, bytes: number) {
  const body = new ProduceBody(room, 5_000)
  for (const partition of [1, 5]) {
    body.add({ topic: 'messages', partition }, (out) => out.raw(Buffer.alloc(bytes, partition)))
  }
  return body.request()
}

describe('kafkajs, mended', () => {
  test('sets no timer into the past when nothing waits', () => {
    const RequestQueue = kafkajs('network/requestQueue/index.js')
    const options = { logger: silent, requestTimeout: 1000, clientId: 'c', broker: 'b' }
    const queue = new RequestQueue(options)
    queue.scheduleCheckPendingRequests()
    assert.equal(queue.throttleCheckTimeoutId, null)
    queue.maybeThrottle(60_000)
    queue.scheduleCheckPendingRequests()
    assert.notEqual(queue.throttleCheckTimeoutId, null, 'what the broker throttles still waits')
    queue.destroy()
  })

  for (const version of [5, 6]) {
    test(`keeps what metadata ${version} says of other partitions when one has no leader`, async () => {
      const { parse } = kafkajs(`protocol/requests/metadata/v${version}/response.js`)
      const partitionMetadata = [
        { partitionErrorCode: 5, partitionId: 0, leader: -1 },
        { partitionErrorCode: 0, partitionId: 1, leader: 3 },
      ]
      const topicMetadata = [
        { topicErrorCode: 3, topic: 'gone', partitionMetadata: [] },
        { topicErrorCode: 0, topic: 'here', partitionMetadata },
      ]
      assert.deepEqual(await parse({ topicMetadata }), { topicMetadata })
    })
  }

  for (const clientId of ['chat4all', 'c'.repeat(300), null]) {
    test(`sends a request's body behind kafkajs's head of it, for a client called ${clientId?.slice(0, 8)}`, async () => {
      const createRequest = kafkajs('protocol/request.js')
      const Encoder = kafkajs('protocol/encoder.js')
      const { request } = produceRequest(bodyOf(Buffer.allocUnsafe(200_000), 70_000), 5_000)
      const sent = await createRequest({ request, correlationId: 77, clientId })
      const { buf: body } = await request.encode()
      const head = new Encoder().writeInt16(0).writeInt16(7).writeInt32(77).writeString(clientId)
      const size = Buffer.alloc(4)
      size.writeInt32BE(head.size() + body.length)
      const expected = Buffer.concat([size, head.buffer, body])
      assert.deepEqual(sent.buffer, expected)
      assert.deepEqual(sent.buffer, expected, 'it is asked for to be logged, and again to be sent')
      assert.equal(sent.size(), expected.length)
    })
  }

  test('sends a request as it stands in the room that it was written in, and does not copy it', async () => {
    const room = Buffer.allocUnsafe(2_100_000)
    const { request } = produceRequest(bodyOf(room, 1_000_000), 5_000)
    const before = process.memoryUsage().arrayBuffers
    const sent = await kafkajs('protocol/request.js')({ request, correlationId: 1, clientId: 'c' })
    assert.ok(sent.buffer.length > 2_000_000)
    assert.equal(sent.buffer.buffer, room.buffer)
    assert.ok(process.memoryUsage().arrayBuffers - before < 100_000)
  })

  test('writes its own requests as before', () => {
    const Encoder = kafkajs('protocol/encoder.js')
    const inner = new Encoder().writeInt16(1).writeString('inner')
    const outer = new Encoder().writeInt32(inner.size()).writeEncoder(inner).writeInt8(9)
    assert.equal(outer.buffer.toString('hex'), '00000009' + '00010005696e6e6572' + '09')
    assert.throws(() => outer.writeEncoder({}), /instance of Encoder/)
  })

  test('opens one socket, however many find it closed', async (t) => {
    let sockets = 0
    const connection = await connectionTo(t, () => {
      sockets += 1
    })
    await Promise.all(Array.from({ length: 20 }, () => connection.connect()))
    await connection.connect()
    assert.equal(sockets, 1)
    await connection.disconnect()
    await connection.connect()
    assert.equal(sockets, 2, 'a closed one is opened again')
    await connection.disconnect()
  })

  for (const [how, leave] of [
    ['ends', (socket: Socket) => socket.end()],
    ['breaks', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`reads a new socket from its beginning after one that ${how} in the middle of an answer`, async (t) => {
      let sockets = 0
      const connection = await connectionTo(t, (socket) => {
        const isFirst = ++sockets === 1
        socket.on('data', (request) => {
          const answer = answerTo(request)
          // The first is a long one, of which this is the beginning.
          if (isFirst) answer.writeInt32BE(1_000)
          socket.write(answer)
          if (isFirst) leave(socket)
        })
      })
      await connection.connect()
      await assert.rejects(connection.send(question), /clos|reset/i)
      await connection.connect()
      assert.equal((await connection.send(question)).length, 4)
      await connection.disconnect()
    })
  }

  for (const piece of [1, 3, 5, 64]) {
    test(`reads answers whole, however they are cut: ${piece} bytes at a time`, async (t) => {
      const connection = await connectionTo(t, (socket) => {
        socket.setNoDelay(true)
        const requests: Buffer[] = []
        socket.on('data', async (request) => {
          requests.push(request)
          if (requests.length < 3) return
          const bytes = Buffer.concat(requests.map(answerTo))
          for (let start = 0; start < bytes.length; start += piece) {
            socket.write(bytes.subarray(start, start + piece))
            await new Promise(setImmediate)
          }
        })
      })
      await connection.connect()
      const answers: Buffer[] = []
      for (const _ of [1, 2, 3]) {
        const asked = connection.send(question)
        asked.then((answer: Buffer) => answers.push(answer))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await until('all are answered', () => answers.length === 3)
      assert.deepEqual(
        answers.map((answer) => [...answer]),
        [1, 2, 3].map(() => [0, 0, 0, 0]),
      )
      await connection.disconnect()
    })
  }

  test('reads no more from what is no Kafka', async (t) => {
    const connection = await connectionTo(t, (socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request'))
    })
    await connection.connect()
    await assert.rejects(connection.send(question), /no answer of Kafka/)
    await connection.disconnect()
  })

  test('takes nothing from a socket that it has given up', async (t) => {
    const sockets: Socket[] = []
    const gone: Promise<unknown>[] = []
    const connection = await connectionTo(t, (socket) => {
      sockets.push(socket)
      gone.push(once(socket, 'close'))
      // What the broker has still to say when it is given up: half of an answer, and its end.
      if (sockets.length > 1) return
      socket.on('end', () => {
        socket.write(Buffer.alloc(7))
        setTimeout(() => socket.end(), 50)
      })
      socket.resume()
    })
    await connection.connect()
    await connection.disconnect()
    await connection.connect()
    const asked = connection.send(question)
    const [, present] = sockets
    assert.ok(present)
    const [request] = await once(present, 'data')
    await gone[0]
    present.write(answerTo(request))
    assert.equal((await asked).length, 4)
    await connection.disconnect()
  })

  test('begins with an address that answers, though another one takes the connection and says nothing', async () => {
    const pool = poolOf({ silent: silence, there: async () => nodes })
    await pool.connect()
    assert.equal(pool.seedBroker.name, 'there')
    assert.equal(pool.versions, 'of there')
  })

  test('puts a question that any node can answer to another one when one fails or says nothing', async () => {
    const names = ['silent', 'gone', 'there']
    const pool = poolOf({
      silent: silence,
      gone: () => Promise.reject(new Error('gone')),
      there: async () => nodes,
    })
    for (const [nodeId, host] of names.entries()) {
      pool.brokers[nodeId] = pool.createBroker({ connectionPool: { host, port: 1 }, nodeId })
    }
    const question = ({ broker }: { broker: { metadata(): Promise<unknown> } }) => broker.metadata()
    assert.deepEqual(await pool.withBroker(question), nodes)
    await pool.refreshMetadata([])
    assert.deepEqual(pool.getNodeIds(), ['7', '8'])
  })

  test('takes no node for another one when one is given up while metadata is on its way', async () => {
    let answer = Promise.resolve(nodes)
    const pool = poolOf({ there: () => answer, other: () => answer })
    pool.seedBroker = pool.createBroker({ connectionPool: { host: 'there', port: 1 } })
    await pool.refreshMetadata([])
    const late = Promise.withResolvers<typeof nodes>()
    answer = late.promise
    const refreshed = pool.refreshMetadata([])
    pool.removeBroker({ host: 'there', port: 1 })
    late.resolve(nodes)
    await refreshed
    for (const { nodeId, host } of nodes.brokers) {
      assert.equal(pool.brokers[nodeId].name, host)
      assert.equal(pool.brokers[nodeId].nodeId, nodeId)
    }
  })

  test('answers nothing when no node can', async () => {
    const pool = poolOf({ gone: () => Promise.reject(new Error('gone')) })
    pool.brokers[1] = pool.createBroker({ connectionPool: { host: 'gone' } })
    assert.equal(await pool.withBroker(() => Promise.reject(new Error('gone'))), null)
  })

  test('is the version that the mends were written for', () => {
    const { version } = createRequire(import.meta.url)('kafkajs/package.json')
    assert.equal(version, '2.2.4')
  })
})

/** What a node says of all nodes. */
const nodes = {
  topicMetadata: [],
  brokers: [
    { nodeId: 7, host: 'there', port: 1 },
    { nodeId: 8, host: 'other', port: 1 },
  ],
}

const silence = () => new Promise<never>(() => {})

/** kafkajs's pool of brokers, whose addresses behave as told. */
function poolOf(addresses: Readonly<Record<string, () => Promise<unknown>>>) {
  const names = Object.keys(addresses)
  let built = 0
  const build = async (of?: unknown) => of ?? { host: names[built++ % names.length], port: 1 }
  const BrokerPool = kafkajs('cluster/brokerPool.js')
  const pool = new BrokerPool({ connectionPoolBuilder: { build }, logger: silent })
  pool.createBroker = (made: { connectionPool: { host: string }; nodeId?: number }) => {
    const name = made.connectionPool.host
    const answer = addresses[name] ?? silence
    return {
      name,
      nodeId: made.nodeId ?? null,
      connectionPool: made.connectionPool,
      versions: `of ${name}`,
      isConnected: () => true,
      connect: answer,
      disconnect: async () => {},
      metadata: answer,
    }
  }
  return pool
}

const question = {
  request: {
    apiKey: 18,
    apiVersion: 0,
    apiName: 'Any',
    encode: async () => new (kafkajs('protocol/encoder.js'))(),
  },
  response: { decode: async (bytes: Buffer) => bytes, parse: async (bytes: Buffer) => bytes },
}

/** Its size, the number that it was asked under, and four bytes. */
function answerTo(request: Buffer): Buffer {
  const answer = Buffer.alloc(12)
  answer.writeInt32BE(8)
  request.copy(answer, 4, 8, 12)
  return answer
}

/** kafkajs's connection to a server that does this with each socket. */
async function connectionTo(t: TestContext, onSocket: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {}) // the other side may go at any time
    t.after(() => socket.destroy())
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return new (kafkajs('network/connection.js'))({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger: silent,
    socketFactory: openSocket,
    requestTimeout: 1000,
    connectionTimeout: 1000,
  })
}

test('kafkajs is known in one folder only', () => {
  const knowing = sourceFiles(root).filter((file) =>
    importsOf(readFileSync(join(root, file), 'utf8')).some((name) => /^kafkajs(\/|$)/.test(name)),
  )
  const strays = knowing.filter((file) => !file.startsWith('topology/adapters/kafka/'))
  assert.ok(knowing.length > 0)
  assert.deepEqual(strays, [])
})
