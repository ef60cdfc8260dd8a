import { isObject } from './exchange.ts'

/** The hub as its clients know it. */
export interface HubAccess {
  /** Without a slash at its end: http://127.0.0.1:8080 */
  readonly url: string
  /** Of a role that sends and reads. */
  readonly key: string
}

export interface HubAnswer {
  readonly status: number
  readonly body: { readonly [name: string]: unknown }
}

/** A hub that has just been started may be at its tables for some time. */
const timeoutMs = 60_000

/** Calls of the API with the client's key. A hub that does not answer is a 502 that says so. */
export function hubCalls({ url, key }: HubAccess) {
  return async (method: string, path: string, given?: object): Promise<HubAnswer> => {
    try {
      const answer = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
        ...(given && { body: JSON.stringify(given) }),
      })
      const body: unknown = await answer.json()
      return { status: answer.status, body: isObject(body) ? body : {} }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { status: 502, body: { status: 502, detail: `The hub does not answer: ${why}` } }
    }
  }
}
