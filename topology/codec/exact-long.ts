import { AvroType } from './avsc.ts'
import { exactLongAt } from './exact-long-at.ts'
import { isExact } from './is-exact.ts'
import { derive } from './tap.ts'

const plain = AvroType.forSchema('long', { registry: {} })

/** An Avro long as a number: exact up to 2^53 - 1 either way, and refused beyond. */
export const exactLong = derive(plain, {
  _read(tap) {
    const start = tap.pos
    const value = tap.readLong()
    return isExact(value) ? value : exactLongAt(tap.buf, start)
  },
  _check(value, _flags, hook) {
    const valid = Number.isSafeInteger(value)
    if (!valid) hook?.(value, plain)
    return valid
  },
})
