import { AvroType } from './avsc.ts'
import { derive, insideOf } from './tap.ts'

const plain = AvroType.forSchema('string', { registry: {} })
const inside = insideOf(plain)

// Up to here the length of an ASCII text is one byte, so it can be written before the text was looked at.
const oneByteLengths = 64

/** An Avro string; ids and names (short ASCII) are written in one pass, where avsc counts their bytes first. */
export const shortString = derive(plain, {
  _write(tap, value) {
    if (typeof value !== 'string' || value.length >= oneByteLengths) {
      inside._write(tap, value)
      return
    }
    const { buf, pos: start } = tap
    const { length } = value
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at)
      if (code > 0x7f) {
        inside._write(tap, value)
        return
      }
      // Beyond the end of the buffer this writes nothing, and `encode` answers that it was too small.
      buf[start + 1 + at] = code
    }
    buf[start] = length * 2
    tap.pos = start + 1 + length
  },
})
