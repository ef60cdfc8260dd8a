import { randomFillSync } from 'node:crypto'

// version-traceid-parentid-flags; all-zero ids are invalid (W3C Trace Context, 3.2.2).
const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

const random = Buffer.alloc(24 * 128)
// The same in hexadecimal digits, all at once; and the text is written in place and read out whole: put together of pieces
// it would be copied once more by each who reads it.
const pool = Buffer.alloc(2 * random.length)
const text = Buffer.from(`00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`)
let used = pool.length

/** The caller's W3C traceparent where it is well formed, else a new one. */
export function traceparentOf(given: string | undefined): string {
  if (given !== undefined && form.test(given)) return given
  if (used === pool.length) {
    randomFillSync(random)
    pool.write(random.toString('hex'), 'latin1')
    used = 0
  }
  for (let nth = 0; nth < 32; nth++) text[3 + nth] = pool[used + nth] ?? 0
  for (let nth = 0; nth < 16; nth++) text[36 + nth] = pool[used + 32 + nth] ?? 0
  used += 48
  return text.toString('latin1')
}

export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35)
