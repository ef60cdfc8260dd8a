import type { Fetch } from '../services/programs/cached.ts'

/** What a test needs, or why it is left out. */
export type Fetched<Value> =
  | { readonly value: Value; readonly leftOut: false }
  | { readonly value?: never; readonly leftOut: string }

/**
 * Fetches a tool for a test. Where it cannot be had the test is left out and says why; in CI that is a failure,
 * since nobody would see it.
 */
export async function fetched<Value>(
  get: (fetch: Fetch) => Promise<Value>,
): Promise<Fetched<Value>> {
  try {
    const { signal } = new AbortController()
    return { value: await get({ signal, say: (text) => console.error(text) }), leftOut: false }
  } catch (error) {
    if (process.env['CI']) throw error
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { leftOut: `${why}: what the deployment is checked with cannot be fetched` }
  }
}
