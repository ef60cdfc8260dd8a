import type { Pool } from 'undici'

/** Posts to one receiver over kept connections. */
export interface Poster {
  /** The status, or why there is none. Never throws. */
  post(headers: { readonly [name: string]: string }, body: Uint8Array): Promise<PostAnswer>
  get(query: string): Promise<{ readonly status: number; readonly text: string }>
  close(): Promise<void>
}

export interface PostAnswer {
  /** 0 when no answer came. */
  readonly status: number
  readonly error: string | null
  /** What a Retry-After header asked for. */
  readonly retryAfterMs: number | null
  /** What the receiver says; empty when no answer came. */
  readonly text: string
}

export function poster(url: string, connections: number, timeoutMs: number): Poster {
  const { origin, pathname, search } = new URL(url)
  const path = pathname + search
  let made: Promise<Pool> | undefined

  // When there is something to post: to load undici is a tenth of the hub's start.
  async function pool(): Promise<Pool> {
    const { Pool: OfUndici } = await import('undici')
    return new OfUndici(origin, {
      connections,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connectTimeout: 5000,
    })
  }
  function kept(): Promise<Pool> {
    made ??= pool()
    return made
  }

  return {
    async post(headers, body) {
      try {
        const answer = await (await kept()).request({ method: 'POST', path, headers, body })
        const text = await answer.body.text()
        const seconds = Number(answer.headers['retry-after'])
        const retryAfterMs = seconds > 0 ? Math.min(seconds, 3600) * 1000 : null
        return { status: answer.statusCode, error: null, retryAfterMs, text }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return { status: 0, error: why, retryAfterMs: null, text: '' }
      }
    },
    async get(query) {
      const joined = `${path}${search === '' ? '?' : '&'}${query}`
      const answer = await (await kept()).request({ method: 'GET', path: joined })
      return { status: answer.statusCode, text: await answer.body.text() }
    },
    close: async () => (await made)?.destroy(),
  }
}
