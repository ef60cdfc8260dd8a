import { connect, type Socket } from 'node:net'
import type { LoadResult } from './http-load.ts'
import { type Frame, flags, frame, frames, kinds, literals } from './http2-frames.ts'
import { Latencies } from './latencies.ts'

/** What the generator is to do; times in milliseconds. */
export interface Http2Job {
  readonly port: number
  readonly path: string
  readonly key: string
  readonly connections: number
  /** Calls under way on each connection. */
  readonly streams: number
  /** Bodies of the calls in base64, sent round robin; gRPC's own prefix included. */
  readonly bodies: readonly string[]
  readonly warmMs: number
  readonly runMs: number
}

/**
 * Calls over raw HTTP/2, closed loop: header blocks and bodies are bytes made before, answers are read as far
 * as their frames' heads. A gRPC client in JavaScript costs several times what the server does; this one
 * costs a fraction. A call has succeeded when its answer holds data; one that does not fails the run.
 */
export async function http2Load(job: Http2Job): Promise<LoadResult> {
  const bodies = job.bodies.map((body) => Buffer.from(body, 'base64'))
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job.port)))
  try {
    return await run(job, bodies, sockets)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

function run(
  job: Http2Job,
  bodies: readonly Buffer[],
  sockets: readonly Socket[],
): Promise<LoadResult> {
  const latencies = new Latencies()
  const startMs = performance.now()
  const fromMs = startMs + job.warmMs
  const untilMs = fromMs + job.runMs
  let asked = 0
  let counted = 0
  return new Promise((resolve, reject) => {
    const done = (sinceMs: number): boolean => {
      const nowMs = performance.now()
      if (nowMs >= untilMs) {
        const elapsedMs = untilMs - fromMs
        const perSecond = (counted / elapsedMs) * 1000
        resolve({ requests: counted, perSecond, elapsedMs, latency: latencies.summary() })
        return false
      }
      if (nowMs >= fromMs) {
        counted++
        latencies.add(nowMs - sinceMs)
      }
      return true
    }
    const nextBody = () => bodies[asked++ % bodies.length] ?? Buffer.alloc(0)
    for (const socket of sockets) new Connection(socket, job, nextBody, done, reject).start()
  })
}

interface Call {
  readonly sinceMs: number
  left: Buffer
  window: number
  answered: boolean
}

const mostPerFrame = 16_384

/** One connection: calls under way by stream id, and what flow control lets out. */
class Connection {
  readonly #socket: Socket
  readonly #head: Buffer
  readonly #streams: number
  readonly #nextBody: () => Buffer
  readonly #done: (sinceMs: number) => boolean
  readonly #fail: (error: Error) => void
  readonly #calls = new Map<number, Call>()
  #nextStream = 1
  #window = 65_535
  #streamWindow = 65_535

  constructor(
    socket: Socket,
    { path, key, port, streams }: Http2Job,
    nextBody: () => Buffer,
    done: (sinceMs: number) => boolean,
    fail: (error: Error) => void,
  ) {
    this.#socket = socket
    this.#streams = streams
    this.#nextBody = nextBody
    this.#done = done
    this.#fail = fail
    this.#head = literals({
      ':method': 'POST',
      ':scheme': 'http',
      ':path': path,
      ':authority': `127.0.0.1:${port}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${key}`,
    })
  }

  start(): void {
    const socket = this.#socket
    socket.on('close', () => this.#fail(new Error('the server closed a connection')))
    socket.on(
      'data',
      frames((each) => this.#take(each)),
    )
    const wide = Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff]) // INITIAL_WINDOW_SIZE: answers never wait
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    socket.write(frame(kinds.settings, 0, 0, wide))
    socket.write(frame(kinds.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0, 0])))
    for (let n = 0; n < this.#streams; n++) this.#call()
  }

  #call(): void {
    const stream = this.#nextStream
    this.#nextStream += 2
    const call: Call = {
      sinceMs: performance.now(),
      left: this.#nextBody(),
      window: this.#streamWindow,
      answered: false,
    }
    this.#calls.set(stream, call)
    const bytes = [frame(kinds.headers, flags.endHeaders, stream, this.#head)]
    this.#pump(stream, call, bytes)
    this.#socket.write(Buffer.concat(bytes))
  }

  /** Adds what the windows let out. */
  #pump(stream: number, call: Call, into: Buffer[]): void {
    while (call.left.length > 0) {
      const size = Math.min(call.left.length, mostPerFrame, this.#window, call.window)
      if (size <= 0) return
      const last = size === call.left.length
      into.push(frame(kinds.data, last ? flags.endStream : 0, stream, call.left.subarray(0, size)))
      call.left = call.left.subarray(size)
      this.#window -= size
      call.window -= size
    }
  }

  #take({ kind, flag, stream, payload }: Frame): void {
    const call = this.#calls.get(stream)
    if (kind === kinds.data && call) call.answered = true
    if ((kind === kinds.data || kind === kinds.headers) && (flag & flags.endStream) !== 0) {
      this.#calls.delete(stream)
      if (!call?.answered)
        this.#fail(new Error(`a call was refused: ${payload.toString('latin1')}`))
      else if (this.#done(call.sinceMs)) this.#call()
    } else if (kind === kinds.settings && (flag & flags.ack) === 0) {
      for (let at = 0; at + 6 <= payload.length; at += 6) {
        if (payload.readUInt16BE(at) === 4) this.#widen(payload.readUInt32BE(at + 2))
      }
      this.#socket.write(frame(kinds.settings, flags.ack, 0, Buffer.alloc(0)))
    } else if (kind === kinds.ping && (flag & flags.ack) === 0) {
      this.#socket.write(frame(kinds.ping, flags.ack, 0, payload))
    } else if (kind === kinds.windowUpdate) {
      const more = payload.readUInt32BE(0)
      if (stream === 0) this.#window += more
      else if (call) call.window += more
      this.#goOn()
    } else if (kind === kinds.reset || kind === kinds.goAway) {
      this.#fail(
        new Error(`the server ended ${kind === kinds.reset ? 'a call' : 'the connection'}`),
      )
    }
  }

  /** The server takes more on every stream than it said at first. */
  #widen(size: number): void {
    for (const call of this.#calls.values()) call.window += size - this.#streamWindow
    this.#streamWindow = size
    this.#goOn()
  }

  #goOn(): void {
    const bytes: Buffer[] = []
    for (const [stream, call] of this.#calls) {
      if (call.left.length > 0) this.#pump(stream, call, bytes)
    }
    if (bytes.length > 0) this.#socket.write(Buffer.concat(bytes))
  }
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}
