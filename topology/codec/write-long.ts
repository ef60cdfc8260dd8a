// Below, twice the value is exact in floating point.
const exactBound = 2 ** 52
const fourSevens = 2 ** 28

/**
 * An Avro long, and where it ends. Throws for what is no safe integer. avsc computes all of them in floating point, which holds
 * 53 bits: below -2^52 the sign is rounded away and another number is written, without an error.
 */
export function writeLong(buffer: Uint8Array, at: number, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new Error('not a safe integer')
  }
  if (value <= -exactBound || value >= exactBound) return writeExactly(buffer, at, value)
  const zigzag = value < 0 ? -2 * value - 1 : 2 * value
  const high = Math.floor(zigzag / fourSevens)
  const low = zigzag & (fourSevens - 1) // the lowest 32 bits, whatever stands above them
  if (high === 0) return writeSevens(buffer, at, low)
  buffer[at] = (low & 0x7f) | 0x80
  buffer[at + 1] = ((low >> 7) & 0x7f) | 0x80
  buffer[at + 2] = ((low >> 14) & 0x7f) | 0x80
  buffer[at + 3] = (low >> 21) | 0x80
  return writeSevens(buffer, at + 4, high)
}

/** Of a number of at most 28 bits. */
function writeSevens(buffer: Uint8Array, at: number, bits: number): number {
  let to = at
  let rest = bits
  while (rest > 0x7f) {
    buffer[to++] = (rest & 0x7f) | 0x80
    rest >>= 7
  }
  buffer[to] = rest
  return to + 1
}

function writeExactly(buffer: Uint8Array, at: number, value: number): number {
  const long = BigInt(value)
  let rest = (long << 1n) ^ (long >> 63n)
  let to = at
  while (rest > 0x7fn) {
    buffer[to++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  buffer[to] = Number(rest)
  return to + 1
}
