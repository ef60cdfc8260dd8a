import { AvroType } from './avsc.ts'
import { Nested } from './nested.ts'
import { derive } from './tap.ts'

const plain = AvroType.forSchema('bytes', { registry: {} })

/**
 * Avro bytes. What is written may be any Uint8Array, or a record that is written there, where avsc takes Buffers only. What is read is a
 * view on the record's bytes, where avsc copies. A bytes field was never longer than the record, so a bad length ends as
 * "truncated".
 */
export const byteView = derive(plain, {
  _read(tap) {
    const length = tap.readLong()
    const start = tap.pos
    tap.pos = length < 0 ? tap.buf.length + 1 : start + length
    return tap.pos > tap.buf.length ? undefined : tap.buf.subarray(start, tap.pos)
  },
  _check(value, flags, hook, path) {
    if (value instanceof Nested) return value.check(flags, hook, path)
    const valid = value instanceof Uint8Array
    if (!valid) hook?.(value, plain)
    return valid
  },
})
