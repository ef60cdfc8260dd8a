import { Pool } from 'undici'

export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** The hub's REST API as any client calls it. Rejects when no whole answer comes. */
export class HubApi {
  readonly #pool: Pool
  readonly #headers: Readonly<Record<string, string>>

  constructor(port: number, key: string, connections: number) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, {
      connections,
      pipelining: 1,
      connectTimeout: 2_000,
      // A hub that was killed says nothing more; one that is loaded may take its time.
      headersTimeout: 20_000,
      bodyTimeout: 20_000,
    })
    this.#headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  }

  post(path: string, body: object, headers: Readonly<Record<string, string>> = {}) {
    return this.#call('POST', path, JSON.stringify(body), headers)
  }

  get(path: string) {
    return this.#call('GET', path, null, {})
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    body: string | null,
    headers: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer> {
    const { statusCode, body: answer } = await this.#pool.request({
      method,
      path,
      headers: { ...this.#headers, ...headers },
      body,
    })
    return { status: statusCode, body: await answer.json() }
  }
}
