import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mendKafkajs } from '../../../topology/adapters/kafka/wire/mend-kafkajs.ts'
import { importsOf } from '../../gates/imports-of.ts'
import { sourceFiles } from '../../gates/rooms.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const kafkajs = (path: string) => createRequire(import.meta.url)(`kafkajs/src/${path}`)
const silent = { namespace: () => silent, debug() {}, info() {}, warn() {}, error() {} }

mendKafkajs()
mendKafkajs() // once is enough

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

  test('opens one socket, however many find it closed', async (t) => {
    let sockets = 0
    const server = createServer((socket) => {
      sockets += 1
      t.after(() => socket.destroy())
    })
    server.listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const Connection = kafkajs('network/connection.js')
    const connection = new Connection({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      logger: silent,
      socketFactory: kafkajs('network/socketFactory.js')(),
      requestTimeout: 1000,
      connectionTimeout: 1000,
    })
    await Promise.all(Array.from({ length: 20 }, () => connection.connect()))
    await connection.connect()
    assert.equal(sockets, 1)
    await connection.disconnect()
    await connection.connect()
    assert.equal(sockets, 2, 'a closed one is opened again')
    await connection.disconnect()
  })

  test('is the version that the mends were written for', () => {
    const { version } = createRequire(import.meta.url)('kafkajs/package.json')
    assert.equal(version, '2.2.4')
  })
})

test('kafkajs is known in one folder only', () => {
  const knowing = sourceFiles(root).filter((file) =>
    importsOf(readFileSync(join(root, file), 'utf8')).some((name) => /^kafkajs(\/|$)/.test(name)),
  )
  const strays = knowing.filter((file) => !file.startsWith('topology/adapters/kafka/'))
  assert.ok(knowing.length > 0)
  assert.deepEqual(strays, [])
})
