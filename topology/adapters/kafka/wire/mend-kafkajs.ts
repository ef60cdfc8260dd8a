import { Socket } from 'node:net'
import { isObject, kafkajs, methodOf, notAsPinned, prototypeOf } from './kafkajs-parts.ts'
import { mendEncoder } from './mend-encoder.ts'
import { mendPool } from './mend-pool.ts'
import { mendReading } from './mend-reading.ts'

let mended = false
/** Before each answer stands its size. */
const sizeBytes = 4

/** kafkajs 2.2.4 is the last of its line, so its faults are mended from here, once for the process. */
export function mendKafkajs(): void {
  if (mended) return
  mended = true
  mendTimers()
  mendMetadata()
  mendConnecting()
  mendEncoder()
  mendReading()
  mendPool()
}

/**
 * After each answer it sets a timer of some minus 1.7 * 10^12 milliseconds, which Node 24 warns about every time
 * (tulios/kafkajs#1751). The timer is needed only while requests wait or the broker throttles.
 */
function mendTimers(): void {
  const queue = prototypeOf('network/requestQueue/index.js')
  const schedule = methodOf(queue, 'scheduleCheckPendingRequests')
  queue['scheduleCheckPendingRequests'] = function (this: unknown) {
    if (isIdle(this)) return
    schedule.call(this)
  }
}

/**
 * It throws the whole of a metadata answer away when one partition has no leader, or one topic is gone, so that one
 * lost partition would stop all others. The answer names the errors by itself; `Connection` looks at each topic.
 */
function mendMetadata(): void {
  // The versions that Kafka 2.1 and newer share with kafkajs.
  for (const version of [5, 6]) {
    const response = kafkajs(`protocol/requests/metadata/v${version}/response.js`)
    if (!isObject(response)) throw notAsPinned('metadata answer')
    methodOf(response, 'parse')
    response['parse'] = async (answer: unknown) => answer
  }
}

/**
 * Requests that find a connection closed open a socket each, and then read each other's answers: one is enough. And a
 * new socket begins with nothing: kafkajs keeps the half of an answer that the former one ended in, puts what comes
 * behind it, and understands no answer any more; and it goes on listening to the former one, whose end it takes for
 * the new one's.
 */
function mendConnecting(): void {
  const connection = prototypeOf('network/connection.js')
  const connect = methodOf(connection, 'connect')
  const isConnected = methodOf(connection, 'isConnected')
  const underWay = new WeakMap<object, Promise<unknown>>()
  connection['connect'] = function (this: object) {
    const present = underWay.get(this)
    if (present !== undefined) return present
    if (isConnected.call(this) !== true) forgetSocket(this)
    const made = Promise.resolve(connect.call(this)).finally(() => underWay.delete(this))
    underWay.set(this, made)
    return made
  }
}

function forgetSocket(connection: object): void {
  if (!isObject(connection) || !Array.isArray(connection['chunks'])) throw notAsPinned('connection')
  const { socket } = connection
  if (socket instanceof Socket) {
    for (const event of ['data', 'end', 'error', 'timeout']) socket.removeAllListeners(event)
    socket.on('error', () => {}) // nobody asks it for anything any more
    socket.destroy()
  }
  connection['chunks'] = []
  connection['bytesBuffered'] = 0
  connection['bytesNeeded'] = sizeBytes
}

function isIdle(queue: unknown): boolean {
  if (!isObject(queue)) return false
  const { pending, throttledUntil } = queue
  return Array.isArray(pending) && pending.length === 0 && Number(throttledUntil) < Date.now()
}
