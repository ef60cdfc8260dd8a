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
  const chunks: Buffer[] = []
  let size = 0
  if (request.method !== 'GET') {
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > maxBytes) return undefined
        chunks.push(chunk)
      }
    } catch {
      return undefined
    }
  }
  const target = request.url ?? '/'
  const mark = target.indexOf('?')

  const exchange: Exchange = {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
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
