import { Socket } from 'node:net'
import { isObject, methodOf, notAsPinned, prototypeOf } from './kafkajs-parts.ts'

/** Before each answer stands its size, and in it the number of its request. */
const sizeBytes = 4
/** No answer is larger: a fetch asks for 8 MiB. What looks so is no Kafka, such as a port that speaks TLS. */
const largest = 256 * 1024 * 1024

/** An answer of which not all is there yet. */
interface Begun {
  readonly size: Buffer
  sizeRead: number
  /** Null until its size is known. */
  answer: Buffer | null
  read: number
}

/** kafkajs's connection, as far as it is mended here. */
interface Reading {
  readonly socket: Socket
  /** While it authenticates itself. */
  readonly authHandlers: unknown
  readonly bytesBuffered: number
  readonly requestQueue: {
    fulfillRequest(answer: {
      readonly size: number
      readonly correlationId: number
      readonly payload: Buffer
    }): void
  }
}

/**
 * It keeps what comes until all of an answer is there, and then copies it together. Here each piece is copied to its place when it comes, so
 * that sockets read into one room again and again (`openSocket`): else the pieces are as much memory outside of V8's heap as the answer.
 */
export function mendReading(): void {
  const connection = prototypeOf('network/connection.js')
  const processData = methodOf(connection, 'processData')
  const answers = new WeakMap<Socket, Begun>()
  connection['processData'] = function (this: unknown, data: unknown) {
    if (!Buffer.isBuffer(data) || !isReading(this)) throw notAsPinned('processData')
    const { socket, authHandlers, bytesBuffered, requestQueue } = this
    // Passwords are exchanged in a form of their own.
    if (authHandlers || bytesBuffered > 0) return processData.call(this, Buffer.from(data))
    for (let at = 0; at < data.length; ) {
      const begun = answers.get(socket) ?? fresh()
      answers.set(socket, begun)
      at = readOn(begun, data, at)
      const { answer, read } = begun
      if (answer === null && begun.sizeRead === sizeBytes) {
        socket.destroy(new Error('what comes is no answer of Kafka'))
        return undefined
      }
      if (answer === null || read < answer.length) continue
      answers.delete(socket)
      const payload = answer.subarray(sizeBytes)
      const correlationId = answer.readInt32BE(0)
      requestQueue.fulfillRequest({ size: answer.length, correlationId, payload })
    }
    return undefined
  }
}

const fresh = (): Begun => ({ size: Buffer.alloc(sizeBytes), sizeRead: 0, answer: null, read: 0 })

/** Takes of the data from `at` on what belongs to the answer, and says how far it came. */
function readOn(begun: Begun, data: Buffer, at: number): number {
  if (begun.answer !== null) {
    const copied = data.copy(begun.answer, begun.read, at)
    begun.read += copied
    return at + copied
  }
  const copied = data.copy(begun.size, begun.sizeRead, at)
  begun.sizeRead += copied
  if (begun.sizeRead === sizeBytes) {
    const size = begun.size.readInt32BE(0)
    if (size >= sizeBytes && size <= largest) begun.answer = Buffer.allocUnsafe(size)
  }
  return at + copied
}

const isReading = (value: unknown): value is Reading =>
  isObject(value) &&
  value['socket'] instanceof Socket &&
  'authHandlers' in value &&
  typeof value['bytesBuffered'] === 'number' &&
  isObject(value['requestQueue'])
