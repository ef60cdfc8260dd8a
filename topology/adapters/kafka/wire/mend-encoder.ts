import { isObject, methodOf, notAsPinned, prototypeOf } from './kafkajs-parts.ts'
import { RequestBody } from './request-body.ts'

/** kafkajs's writer, as far as it is mended here. */
interface Encoder {
  readonly buf: Buffer
  readonly offset: number
}

/**
 * It copies each request twice, into new zeros of the next power of two: a megabyte of records became four more outside of V8's
 * heap, and V8 collects all of its garbage after each 64. A body of ours stays where it was written, and kafkajs's head of it is
 * written before it.
 */
export function mendEncoder(): void {
  const encoder = prototypeOf('protocol/encoder.js')
  const writeEncoder = methodOf(encoder, 'writeEncoder')
  methodOf(encoder, 'size')
  const written = Object.getOwnPropertyDescriptor(encoder, 'buffer')?.get
  if (!written) throw notAsPinned('buffer')
  /** What stands behind all that an encoder holds itself: nothing is written after a request's body. */
  const bodies = new WeakMap<object, RequestBody>()
  encoder['writeEncoder'] = function (this: object, value: unknown) {
    if (value instanceof RequestBody) {
      bodies.set(this, value)
      return this
    }
    const body = isObject(value) ? bodies.get(value) : undefined
    if (!body) return writeEncoder.call(this, value)
    const { buf, offset } = encoderOf(value)
    const head = buf.subarray(0, offset)
    writeEncoder.call(this, { buf: head, buffer: head })
    bodies.set(this, body)
    return this
  }
  encoder['size'] = function (this: object) {
    return encoderOf(this).offset + (bodies.get(this)?.length ?? 0)
  }
  Object.defineProperty(encoder, 'buffer', {
    get(this: object) {
      const { buf, offset } = encoderOf(this)
      return bodies.get(this)?.behind(buf.subarray(0, offset)) ?? written.call(this)
    },
  })
}

function encoderOf(value: unknown): Encoder {
  if (!isEncoder(value)) throw notAsPinned('encoder')
  return value
}

const isEncoder = (value: unknown): value is Encoder =>
  isObject(value) && Buffer.isBuffer(value['buf']) && typeof value['offset'] === 'number'
