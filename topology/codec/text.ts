import { AvroType } from './avsc.ts'
import { readText } from './read-text.ts'
import { derive } from './tap.ts'

const plain = AvroType.forSchema('string', { registry: {} })

/** An Avro string. Short texts are read from those read before. */
export const text = derive(plain, {
  _read(tap) {
    const length = tap.readLong()
    const { buf, pos: start } = tap
    const end = start + length
    // A bad length ends as "truncated".
    tap.pos = length < 0 ? buf.length + 1 : end
    return tap.pos > buf.length ? undefined : readText(buf, start, end)
  },
})
