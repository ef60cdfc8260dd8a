import { randomFillSync } from 'node:crypto'

/**
 * UUIDv7 (RFC 9562, 5.7 with a counter as in 6.2 method 1): sorts by time of making, and within one
 * process strictly, even inside a millisecond and when the clock steps back. 10 million a second and process.
 */
export function uuidV7Source(now: () => number): () => string {
  const pool = Buffer.alloc(4096)
  let text = ''
  let used = pool.length
  let lastMs = 0
  let counter = 0
  let time = timeOf(lastMs)

  return () => {
    const ms = now()
    if (ms > lastMs) {
      lastMs = ms
      counter = 0
      time = timeOf(lastMs)
    } else if (++counter > 0xfff) {
      // The counter has run over: borrow from the next millisecond, as the RFC allows.
      lastMs++
      counter = 0
      time = timeOf(lastMs)
    }
    if (used === pool.length) {
      randomFillSync(pool)
      // The variant bits: 10xxxxxx.
      for (let at = 0; at < pool.length; at += 8) pool[at] = ((pool[at] ?? 0) & 0x3f) | 0x80
      text = pool.toString('hex')
      used = 0
    }
    const at = used * 2
    used += 8
    const count = (0x7000 + counter).toString(16)
    return `${time}-${count}-${text.slice(at, at + 4)}-${text.slice(at + 4, at + 16)}`
  }
}

function timeOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
