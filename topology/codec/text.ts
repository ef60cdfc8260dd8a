import { AvroType } from './avsc.ts'
import { KnownTexts } from './known-texts.ts'
import { derive } from './tap.ts'

const plain = AvroType.forSchema('string', { registry: {} })
const known = new KnownTexts()
/** The last ASCII text that was too long to be known: ids that are alike stand side by side, a message's and its first submission's. */
let before = ''

/** An Avro string. Short texts are read from those read before. */
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
})

/** Of a text in ASCII, whose code units are its bytes. */
function isTextOf(text: string, buf: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== buf[start + at]) return false
  }
  return true
}
