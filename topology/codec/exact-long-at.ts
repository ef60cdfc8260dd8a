/** The zigzag long that begins there: exact up to 2^53 - 1 either way, and refused beyond. */
export function exactLongAt(bytes: Uint8Array, start: number): number {
  let at = start
  let zigzag = 0n
  let shift = 0n
  let byte: number
  do {
    byte = bytes[at++] ?? 0
    zigzag |= BigInt(byte & 0x7f) << shift
    shift += 7n
  } while (byte & 0x80)
  const value = (zigzag >> 1n) ^ -(zigzag & 1n)
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`the long ${value} is beyond 2^53 - 1`)
  return number
}
