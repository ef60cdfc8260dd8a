import { AvroType } from './avsc.ts'
import { derive, type Tap } from './tap.ts'

// avsc computes a zigzag long in floating point, which holds 53 bits: below -2^52 the sign bit is
// rounded away and another number comes out, without an error. Inside these bounds it is exact.
const exactBound = 2 ** 52

const plain = AvroType.forSchema('long', { registry: {} })

/** An Avro long as a number: exact up to 2^53 - 1 either way, and refused beyond. */
export const exactLong = derive(plain, {
  _read(tap) {
    const start = tap.pos
    const value = tap.readLong()
    if (value > -exactBound && value < exactBound) return value
    tap.pos = start
    return readExactly(tap)
  },
  _check(value, _flags, hook) {
    const valid = Number.isSafeInteger(value)
    if (!valid) hook?.(value, plain)
    return valid
  },
})

function readExactly(tap: Tap): number {
  let zigzag = 0n
  let shift = 0n
  let byte: number
  do {
    byte = tap.buf[tap.pos++] ?? 0
    zigzag |= BigInt(byte & 0x7f) << shift
    shift += 7n
  } while (byte & 0x80)
  const value = (zigzag >> 1n) ^ -(zigzag & 1n)
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`the long ${value} is beyond 2^53 - 1`)
  return number
}
