import { AvroType } from './avsc.ts'
import { KnownTexts } from './known-texts.ts'
import { derive, insideOf } from './tap.ts'

const plain = AvroType.forSchema('string', { registry: {} })
const inside = insideOf(plain)
const known = new KnownTexts()
/** The last ASCII text that was too long to be known: ids that are alike stand side by side, a message's and its first submission's. */
let before = ''

// Below, a length in bytes takes one byte; up to `twoBytes` it takes two.
const oneByte = 64
const twoBytes = 8192
// A call into Node costs as much as writing so many characters one by one.
const worthACall = 16

/**
 * An Avro string. avsc looks through a text for its length in bytes before it writes it; here the length is taken
 * to be that of ASCII, and corrected when that was wrong. Short texts are read from those read before.
 */
export const text = derive(plain, {
  _read(tap) {
    const length = tap.readLong()
    const { buf, pos: start } = tap
    const end = start + length
    // A bad length ends as "truncated".
    tap.pos = length < 0 ? buf.length + 1 : end
    if (tap.pos > buf.length) return undefined
    const found = known.find(buf, start, end)
    if (found !== undefined) return found
    if (length === before.length && isTextOf(before, buf, start)) return before
    const value = buf.utf8Slice(start, end)
    if (!known.keep(value, buf, start, end) && value.length === length) before = value
    return value
  },
  _write(tap, value) {
    if (typeof value !== 'string') {
      inside._write(tap, value)
      return
    }
    const { buf, pos: start } = tap
    const { length } = value
    const lengthBytes = length < oneByte ? 1 : 2
    const from = start + lengthBytes
    // A code unit takes three bytes at most. Too little room is avsc's to answer.
    if (length < twoBytes && from + length * 3 <= buf.length) {
      const written = length < worthACall ? writeShort(buf, from, value) : buf.write(value, from)
      if (written < oneByte ? lengthBytes === 1 : lengthBytes === 2 && written < twoBytes) {
        buf[start] = lengthBytes === 1 ? written * 2 : ((written * 2) & 0x7f) | 0x80
        if (lengthBytes === 2) buf[start + 1] = written >> 6
        tap.pos = from + written
        return
      }
    }
    inside._write(tap, value)
  },
})

/** Of a text in ASCII, whose code units are its bytes. */
function isTextOf(text: string, buf: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== buf[start + at]) return false
  }
  return true
}

/** Bytes written. */
function writeShort(buf: Buffer, from: number, value: string): number {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code > 0x7f) return buf.write(value, from)
    buf[from + at] = code
  }
  return value.length
}
