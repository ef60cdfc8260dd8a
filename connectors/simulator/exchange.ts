import type { IncomingMessage, ServerResponse } from 'node:http'

/** One HTTP request, read whole, and the ways to end it. */
export interface Exchange {
  readonly method: string
  /** Without the query, and without the prefix that names a platform. */
  path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  json(status: number, value: unknown, headers?: { readonly [name: string]: string }): void
  send(
    status: number,
    type: string,
    body: string | Uint8Array,
    headers?: { readonly [name: string]: string },
  ): void
  /** Ends the connection without an answer. */
  reset(): void
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Reads the body, at most `maxBytes`; undefined when there is more, or the client went away. */
export async function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Exchange | undefined> {
  const body = request.method === 'GET' ? empty : await bodyOf(request, maxBytes)
  if (!body) return undefined
  const target = request.url ?? '/'
  const mark = target.indexOf('?')

  const exchange: Exchange = {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? noQuery : new URLSearchParams(target.slice(mark + 1)),
    headers: request.headers,
    body,
    json(status, value, headers) {
      exchange.send(status, 'application/json; charset=UTF-8', JSON.stringify(value), headers)
    },
    send(status, type, body, headers) {
      if (response.headersSent || response.destroyed) return
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        ...headers,
      })
      response.end(body)
    },
    reset() {
      const { socket } = request
      // RST rather than FIN, as when a peer has died.
      if (socket.writable) socket.resetAndDestroy()
    },
    request,
    response,
  }
  return exchange
}

const empty = Buffer.alloc(0)
const noQuery = new URLSearchParams()

/** By events: reading it with `for await` costs a good part of what a whole request does. */
function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((done) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) done(undefined)
      else chunks.push(chunk)
    })
    request.on('end', () => {
      const [first] = chunks
      done(chunks.length === 1 && first ? first : Buffer.concat(chunks))
    })
    request.on('error', () => done(undefined))
    request.on('close', () => done(undefined))
  })
}

/** The body as a JSON object; undefined for anything else. */
export function jsonBody(body: Buffer): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
