import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { keptWhenMade } from '../../../topology/contract/kept-when-made.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import type { CallStatus } from './call-status.ts'
import { keepAlive } from './keep-alive.ts'
import { status } from './status.ts'
import { trailersOf } from './trailers-of.ts'
import { type MessageCodec, WireCall } from './wire-call.ts'

/** Serves one call of a method. What it throws is a fault of ours. */
export type CallHandler = (call: WireCall) => void

/** gRPC over HTTP/2 without TLS, which is the business of whatever stands in front. */
export interface WireServer {
  /** `handlers` by method name; a method without one is not implemented. */
  addService(definition: ServiceDefinition, handlers: Readonly<Record<string, CallHandler>>): void
  /**
   * Services whose paths begin like this are added by `load`, when the first of their calls comes. Where it fails, that
   * call fails, and the next one tries again.
   */
  addLater(paths: string, load: () => Promise<void>): void
  /** Rejects with the cause when the port cannot be had. */
  listen(port: number, host: string): Promise<number>
  /** Takes no new connection and no new call; resolves when the open ones are over. */
  drain(): Promise<void>
  /** Ends every connection now. */
  cut(): void
}

interface WireOptions {
  readonly maxMessageBytes: number
  /** On one connection. */
  readonly maxStreams: number
  readonly clock: Pick<Clock, 'after'>
}

interface Method {
  readonly codec: MessageCodec
  readonly handle: CallHandler
}

const keepAliveTimes = { everyMs: 60_000, patienceMs: 20_000 }

/** Megabytes; Node's 10 are too few for many large answers at once, and it then refuses new calls. */
const sessionMemory = 64

/**
 * The protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. Why not grpc-js serves
 * here: docs/decisions/0013.
 */
export function wireServer({ maxMessageBytes, maxStreams, clock }: WireOptions): WireServer {
  const methods = new Map<string, Method>()
  const later: { readonly paths: string; readonly load: () => Promise<void> }[] = []
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer({
    maxSessionMemory: sessionMemory,
    settings: { maxConcurrentStreams: maxStreams },
  })

  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    keepAlive(session, clock, keepAliveTimes)
  })
  // A peer that breaks the protocol has lost its connection by then; there is nobody to tell.
  server.on('sessionError', () => {})
  server.on('stream', (stream, headers) => {
    const path = String(headers[':path'])
    const method = methods.get(path)
    if (!isGrpc(headers)) refuse(stream, { ':status': 415 })
    else if (method !== undefined) serve(stream, headers, method)
    else void serveLater(stream, headers, path)
  })

  function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, method: Method): void {
    const call = new WireCall(stream, headers, method.codec, maxMessageBytes)
    if (!call.isOver) method.handle(call)
  }

  async function serveLater(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    path: string,
  ): Promise<void> {
    const service = later.find(({ paths }) => path.startsWith(paths))
    let isThere = true
    if (service !== undefined) {
      stream.on('error', () => {}) // a client may give up meanwhile
      isThere = await service.load().then(
        () => true,
        () => false,
      )
    }
    if (stream.closed || stream.destroyed) return
    if (!isThere) {
      refuse(stream, endedBy({ code: status.INTERNAL, details: 'The service has failed' }))
      return
    }
    const method = methods.get(path)
    if (method === undefined) refuse(stream, unimplemented(path))
    else serve(stream, headers, method)
  }

  return {
    addService(definition, handlers) {
      for (const [name, codec] of Object.entries(definition)) {
        const handle = handlers[name]
        if (handle !== undefined) methods.set(codec.path, { codec, handle })
      }
    },

    addLater(paths, load) {
      later.push({ paths, load: keptWhenMade(load) })
    },

    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          resolve((server.address() as AddressInfo).port)
        })
      }),

    // Node tells each connection to go away, and closes it after its last call.
    drain: () => new Promise((resolve) => server.close(() => resolve())),

    cut() {
      for (const session of sessions) session.destroy(undefined, constants.NGHTTP2_CANCEL)
    },
  }
}

/** `application/grpc-web` and other encodings than proto begin alike, and are not served. */
function isGrpc(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type'] ?? ''
  return (
    headers[':method'] === 'POST' &&
    (type === 'application/grpc' || /^application\/grpc(\+proto)?\s*(;|$)/.test(type))
  )
}

function unimplemented(path: string): OutgoingHttpHeaders {
  const details = `The server has no method ${path}: ask its reflection service which it has`
  return endedBy({ code: status.UNIMPLEMENTED, details })
}

/** An answer that is nothing but how the call ended. */
function endedBy(ending: CallStatus): OutgoingHttpHeaders {
  return { ':status': 200, 'content-type': 'application/grpc', ...trailersOf(ending) }
}

function refuse(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  stream.on('error', () => {}) // it hung up
  stream.respond(headers, { endStream: true })
  // Nothing of its body is wanted.
  stream.resume()
}
