import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { ServiceDefinition } from '@grpc/grpc-js'
import type { CallStatus } from './call-status.ts'
import { MessageReader, prefixBytes } from './message-reader.ts'
import { status } from './status.ts'
import { timeoutMs } from './timeout-ms.ts'
import { trailersOf } from './trailers-of.ts'

/** A decoded message. */
export type Fields = Readonly<Record<string, unknown>>

/** One side's way with the messages of a method. */
export type MessageCodec = Pick<
  ServiceDefinition[string],
  'requestDeserialize' | 'responseSerialize'
>

/** Who reads the requests of a call; nothing comes any more once the call is over. */
export interface CallReader {
  message(request: Fields): void
  /** The client has sent all that it will. */
  halfClosed(): void
}

const head = { ':status': 200, 'content-type': 'application/grpc' } as const
const withTrailers = { waitForTrailers: true } as const
const ok: CallStatus = { code: status.OK, details: '' }
const okTrailers = trailersOf(ok)
/** For a client that goes on sending after its answer. */
const lingerMs = 1_000
/** The longest that Node's timers take; who allows 24 days means no deadline. */
const longestMs = 2 ** 31 - 1

/**
 * One call as it runs over its HTTP/2 stream: open until `answer` or `end` is called here, the deadline
 * passes, or the client gives up. What is done to a call that is over has no effect.
 */
export class WireCall {
  /** Metadata among them; several values of one name are joined by commas. */
  readonly headers: IncomingHttpHeaders
  /** The same for all calls that come by one connection. */
  readonly connection: object
  readonly #stream: ServerHttp2Stream
  readonly #codec: MessageCodec
  readonly #messages: MessageReader
  #deadline: NodeJS.Timeout | undefined
  #isEnded = false
  #isHalfClosed = false
  #cancelled: (() => void) | undefined

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    codec: MessageCodec,
    maxBytes: number,
  ) {
    this.headers = headers
    this.connection = stream.session ?? stream
    this.#stream = stream
    this.#codec = codec
    const encoding = headers['grpc-encoding']
    this.#messages = new MessageReader(
      maxBytes,
      typeof encoding === 'string' ? encoding : 'identity',
    )
    stream.on('error', ignored)
    const timeout = headers['grpc-timeout']
    if (timeout !== undefined) this.#limit(String(timeout))
  }

  get isOver(): boolean {
    const stream = this.#stream
    return this.#isEnded || stream.closed || stream.destroyed
  }

  /** Begins to take what the client sends. To be called once. */
  read({ message, halfClosed }: CallReader): void {
    const take = (bytes: Buffer): CallStatus | undefined => {
      let request: Fields
      try {
        request = this.#codec.requestDeserialize(bytes)
      } catch {
        return { code: status.INTERNAL, details: 'A message cannot be decoded as its proto says' }
      }
      message(request)
      return undefined
    }
    this.#stream.on('data', (chunk: Buffer) => {
      if (this.isOver) return
      const fault = this.#messages.read(chunk, take)
      if (fault !== undefined) this.end(fault)
    })
    this.#stream.on('end', () => {
      this.#isHalfClosed = true
      // Node says 'end' of a stream that was reset, too.
      if (this.isOver) return
      if (this.#messages.isBetween) halfClosed()
      else this.end({ code: status.INTERNAL, details: 'The request ends within a message' })
    })
  }

  /** What has arrived already still comes. */
  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  /** `listener` runs once if the client gives up or the deadline passes, also when that was before. */
  onCancel(listener: () => void): void {
    if (this.isOver) {
      listener()
      return
    }
    this.#cancelled = listener
    this.#stream.once('close', () => {
      if (!this.#isEnded) this.#cancel()
    })
  }

  /** The head of the answer, when it is to come before the first message. */
  sendHead(): void {
    if (!this.isOver && !this.#stream.headersSent) this.#stream.respond(head, withTrailers)
  }

  /** False when the connection takes no more for now. */
  write(answer: object): boolean {
    if (this.isOver) return false
    const bytes = this.#framed(answer)
    this.sendHead()
    return this.#stream.write(bytes)
  }

  /** Resolves when the connection takes more again; never for a call that is over. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#stream.once('drain', resolve))
  }

  /** The only answer, and a good end. */
  answer(answer: object): void {
    if (this.isOver) return
    const bytes = this.#framed(answer)
    const stream = this.#stream
    stream.respond(head, withTrailers)
    stream.once('wantTrailers', sendOk)
    stream.end(bytes)
    this.#over()
  }

  end(ending: CallStatus = ok): void {
    if (this.isOver) return
    const stream = this.#stream
    const trailers = trailersOf(ending)
    if (stream.headersSent) {
      stream.once('wantTrailers', () => stream.sendTrailers(trailers))
      stream.end()
    } else {
      stream.respond({ ...head, ...trailers }, { endStream: true })
    }
    this.#over()
  }

  #framed(answer: object): Buffer {
    const message = this.#codec.responseSerialize(answer)
    const bytes = Buffer.allocUnsafe(prefixBytes + message.length)
    bytes[0] = 0
    bytes.writeUInt32BE(message.length, 1)
    bytes.set(message, prefixBytes)
    return bytes
  }

  #limit(header: string): void {
    const ms = timeoutMs(header)
    if (ms === undefined) {
      this.end({ code: status.INTERNAL, details: `'grpc-timeout: ${header}' is not a time` })
      return
    }
    if (ms > longestMs) return
    this.#deadline = setTimeout(() => {
      this.end({ code: status.DEADLINE_EXCEEDED, details: 'The deadline has passed' })
      this.#cancel()
    }, ms)
    this.#stream.once('close', () => clearTimeout(this.#deadline))
  }

  #cancel(): void {
    this.#isEnded = true
    const listener = this.#cancelled
    this.#cancelled = undefined
    listener?.()
  }

  #over(): void {
    this.#isEnded = true
    clearTimeout(this.#deadline)
    if (this.#isHalfClosed) return
    // The client may still be sending. What comes is dropped, so that the connection does not stall; one that
    // does not stop at its answer is stopped.
    const stream = this.#stream
    const stop = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), lingerMs)
    stream.once('close', () => clearTimeout(stop))
    stream.resume()
  }
}

/** 'close' follows, and is what tells of the end. */
function ignored(): void {}

function sendOk(this: ServerHttp2Stream): void {
  this.sendTrailers(okTrailers)
}
