import type { LookupFunction } from 'node:net'
import type { Pool } from 'undici'
import { type ConnectorTools, type HttpAnswer, HttpFailure, type HttpRequest } from './contract.ts'

export interface PooledHttp {
  readonly http: ConnectorTools['http']
  /** Ends the idle connections; running requests are cut off. */
  close(): Promise<void>
}

export interface PooledHttpOptions {
  /** Connections per origin; one request at a time on each. */
  readonly connections?: number
  /** Name look-up, TCP and TLS together. */
  readonly connectTimeoutMs?: number
  /** A longer answer is cut off: no platform answers a send with more. */
  readonly maxAnswerBytes?: number
  /** Asked for the addresses of each new connection, in place of the system: may refuse some. */
  readonly lookup?: LookupFunction
}

/**
 * The connectors' way out: one undici Pool per origin (the global `fetch` costs seventeen times as much,
 * performance.md section 0).
 *
 * A rejected request says whether it may have reached the platform. undici calls `onRequestStart` when a
 * connection stands and the head is about to be written, so before it nothing has left: no name, connection
 * refused, connect timeout, TLS failure and an abort while queued are `sent: false`; all later ends `sent: true`.
 */
export function pooledHttp(options: PooledHttpOptions = {}): PooledHttp {
  const { connections = 128, connectTimeoutMs = 5_000, maxAnswerBytes = 1 << 20, lookup } = options
  const pools = new Map<string, Pool>()
  let undici: typeof import('undici') | undefined

  function poolOf(origin: string, { Pool: OfUndici }: typeof import('undici')): Pool {
    let pool = pools.get(origin)
    if (!pool) {
      pool = new OfUndici(origin, {
        connections,
        pipelining: 1,
        connect: { timeout: connectTimeoutMs, ...(lookup && { lookup }) },
      })
      pools.set(origin, pool)
    }
    return pool
  }

  return {
    http(request) {
      const url = URL.parse(request.url)
      // The URL is not told: it may hold a token.
      if (!url || !/^https?:$/.test(url.protocol)) {
        return Promise.reject(new HttpFailure('the URL of the request is no HTTP URL', false))
      }
      const limit = request.maxAnswerBytes ?? maxAnswerBytes
      const begin = (loaded: typeof import('undici')) => {
        undici = loaded
        return exchange(poolOf(url.origin, loaded), url, request, limit)
      }
      // Loaded for the first request: most processes of a cluster, and every start, have none.
      return undici === undefined ? import('undici').then(begin) : begin(undici)
    },

    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
    },
  }
}

function exchange(
  pool: Pool,
  url: URL,
  { method, headers, body, signal, timeoutMs }: HttpRequest,
  maxAnswerBytes: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let sent = false
    let settled = false
    let stop: ((why: Error) => void) | undefined
    let status = 0
    let answerHeaders: HttpAnswer['headers'] = {}
    const chunks: Uint8Array[] = []
    let size = 0

    const timer = setTimeout(() => fail(`no answer within ${timeoutMs} ms`), timeoutMs)
    const onAbort = () => fail('aborted')
    signal.addEventListener('abort', onAbort, { once: true })

    function settle(): boolean {
      if (settled) return false
      settled = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      return true
    }

    /** No cause is kept: undici and `URL` put the URL, and so Telegram's token, into some of theirs. */
    function fail(why: string): void {
      if (!settle()) return
      reject(new HttpFailure(`${method} ${url.host}: ${why}`, sent))
      stop?.(new Error(why))
    }

    if (signal.aborted) {
      fail('aborted')
      return
    }

    pool.dispatch(
      // undici's own timers are off: `timeoutMs` bounds the whole exchange.
      {
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        body: body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(controller) {
          // Settled while it was queued: the promise said `sent: false`, so nothing may leave now.
          if (settled) {
            controller.abort(new Error('given up before it was sent'))
            return
          }
          sent = true
          stop = (why) => controller.abort(why)
        },
        onResponseStart(_controller, statusCode, incoming) {
          status = statusCode
          answerHeaders = flat(incoming)
        },
        onResponseData(_controller, chunk) {
          size += chunk.length
          if (size > maxAnswerBytes) fail(`an answer of more than ${maxAnswerBytes} bytes`)
          else chunks.push(chunk)
        },
        onResponseEnd() {
          if (settle()) resolve({ status, headers: answerHeaders, body: joined(chunks) })
        },
        onResponseError(_controller, error) {
          fail('code' in error && typeof error.code === 'string' ? error.code : error.name)
        },
      },
    )
  })
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const flattened: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flattened[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flattened
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks
  return chunks.length === 1 && only ? only : Buffer.concat(chunks)
}
