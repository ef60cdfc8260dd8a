import assert from 'node:assert/strict'
import { type Dispatcher, request } from 'undici'
import { checkAgainstOpenApi, type OpenApiDocument } from './check-against-open-api.ts'

export interface ApiAnswer {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers field by field and fail where one is missing.
  readonly json: any
}

export interface ApiCall {
  readonly method?: Dispatcher.HttpMethod
  /** Sent as JSON unless it is text or bytes. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** Null sends none. */
  readonly key?: string | null
}

/** Calls the gateway over a real socket. Every answer is held against the OpenAPI document that it serves. */
export interface ApiClient {
  readonly base: string
  readonly document: OpenApiDocument
  call(path: string, call?: ApiCall): Promise<ApiAnswer>
}

export async function apiClient(port: number, key: string): Promise<ApiClient> {
  const base = `http://127.0.0.1:${port}`
  const served = await request(`${base}/openapi.json`)
  const document = (await served.body.json()) as OpenApiDocument
  assert.equal(served.statusCode, 200)

  return {
    base,
    document,
    async call(path, { method, body, headers = {}, key: other = key } = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array
      const used = method ?? (body === undefined ? 'GET' : 'POST')
      const answer = await request(base + path, {
        method: used,
        headers: {
          ...(other === null ? {} : { authorization: `Bearer ${other}` }),
          ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      })
      const text = await answer.body.text()
      const type = String(answer.headers['content-type'] ?? '')
      const json = type.includes('json') && text !== '' ? JSON.parse(text) : undefined
      checkAgainstOpenApi(document, {
        method: used,
        path: path.split('?')[0] ?? path,
        status: answer.statusCode,
        type,
        json,
      })
      return { status: answer.statusCode, headers: answer.headers, text, json }
    },
  }
}
