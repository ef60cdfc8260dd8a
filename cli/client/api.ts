import type { Readable } from 'node:stream'
import { type Dispatcher, request } from 'undici'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Connection } from './connection.ts'
import { problemError } from './problem-error.ts'

export interface Call {
  readonly query?: Readonly<Record<string, string | undefined>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly bytes?: { readonly body: Uint8Array; readonly mimeType: string }
}

export interface HeaderCall {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readable
}

export type AnswerHeaders = Dispatcher.ResponseData['headers']

/** The hub's REST API. Every call throws a Chat4AllError: the hub's own, or C4A_UNAVAILABLE when none answers. */
export interface Api {
  readonly url: string
  call<Answer>(method: Dispatcher.HttpMethod, path: string, call?: Call): Promise<Answer>
  /** For what is said in headers: answers those of the hub. A body may take as long as it moves. */
  exchange(method: Dispatcher.HttpMethod, path: string, call: HeaderCall): Promise<AnswerHeaders>
  /** An answer that goes on; rejects when the connection breaks or nothing comes for a minute. */
  stream(path: string, query: Readonly<Record<string, string>>): Promise<AsyncIterable<Uint8Array>>
}

// The hub says it is alive every 15 seconds.
const silentStreamMs = 60_000
const answerMs = 60_000
// What a file of gigabytes takes to be looked through, when its last byte has arrived.
const checkedMs = 15 * 60_000

/** `signal` ends whatever runs. */
export function apiOf(connection: Connection, signal: AbortSignal): Api {
  const { url } = connection

  function exchange(method: Dispatcher.HttpMethod, path: string, call: Call, bodyMs: number) {
    const body = call.bytes?.body ?? (call.json === undefined ? null : JSON.stringify(call.json))
    const type = call.bytes?.mimeType ?? (body === null ? undefined : 'application/json')
    return ask(method, path, { ...(type && { 'content-type': type }) }, body, call.query, {
      bodyTimeout: bodyMs,
      headersTimeout: answerMs,
    })
  }

  async function ask(
    method: Dispatcher.HttpMethod,
    path: string,
    more: Readonly<Record<string, string>>,
    body: Uint8Array | string | Readable | null,
    query: Call['query'],
    timeouts: { readonly bodyTimeout: number; readonly headersTimeout: number },
  ) {
    const headers = { authorization: `Bearer ${connection.key()}`, ...more }
    const address = new URL(url + path)
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) address.searchParams.set(name, value)
    }
    const options = { method, headers, body, signal, ...timeouts }
    const answer = await request(address, options).catch((cause: unknown) => {
      throw away(url, cause)
    })
    if (answer.statusCode < 300) return answer
    throw problemError(answer.statusCode, await textOf(answer, url))
  }

  return {
    url,
    async call(method, path, call = {}) {
      const text = await textOf(await exchange(method, path, call, answerMs), url)
      try {
        return JSON.parse(text)
      } catch (cause) {
        throw notAHub(url, cause)
      }
    },
    async exchange(method, path, { headers, body = null }) {
      const timeouts = { bodyTimeout: answerMs, headersTimeout: checkedMs }
      const answer = await ask(method, path, headers, body, undefined, timeouts)
      await textOf(answer, url)
      return answer.headers
    },
    async stream(path, query) {
      const { body } = await exchange('GET', path, { query }, silentStreamMs)
      return body
    },
  }
}

async function textOf({ body }: Dispatcher.ResponseData, url: string): Promise<string> {
  try {
    return await body.text()
  } catch (cause) {
    throw away(url, cause)
  }
}

function away(url: string, cause: unknown): Chat4AllError {
  if (cause instanceof Chat4AllError) return cause
  const { code = '', message = '' } = cause as { code?: string; message?: string }
  const nobody = code === 'ECONNREFUSED' || message.includes('ECONNREFUSED')
  return new Chat4AllError(
    'C4A_UNAVAILABLE',
    nobody
      ? {
          what: `Nothing listens at ${url}`,
          why: 'the connection was refused',
          todo: 'Start the hub with `npm start`, or give another address (--url, C4A_URL)',
        }
      : {
          what: `The hub at ${url} cannot be asked`,
          why: message || code || String(cause),
          todo: 'See whether it runs and can be reached, then try again',
        },
    { cause },
  )
}

function notAHub(url: string, cause: unknown): Chat4AllError {
  return new Chat4AllError(
    'C4A_UNAVAILABLE',
    {
      what: `What answers at ${url} is no Chat4All hub`,
      why: 'its answer is no JSON',
      todo: 'Check --url and C4A_URL',
    },
    { cause },
  )
}
