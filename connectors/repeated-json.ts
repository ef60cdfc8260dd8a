import { parseJson } from './loose-json.ts'

/**
 * As `parseJson`, for bytes that are mostly the same from one time to the next: what stands around an item is the same for all of
 * one account. It remembers the last, and so all who read it share what it answers.
 */
export function repeatedJson(): (bytes: Uint8Array) => unknown {
  let before = Buffer.alloc(0)
  let value: unknown
  return (bytes) => {
    if (before.length > 0 && before.equals(bytes)) return value
    value = parseJson(bytes)
    // A copy: the bytes are a view on all that was fetched with them.
    before = Buffer.from(bytes)
    return value
  }
}
