import { randomFillSync } from 'node:crypto'

// version-traceid-parentid-flags; all-zero ids are invalid (W3C Trace Context, 3.2.2).
const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

const pool = Buffer.alloc(24 * 128)
let used = pool.length

/** The caller's W3C traceparent where it is well formed, else a new one. */
export function traceparentOf(given: string | undefined): string {
  if (given !== undefined && form.test(given)) return given
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const hex = pool.toString('hex', used, used + 24)
  used += 24
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`
}

export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35)
