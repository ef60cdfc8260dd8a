import { KnownTexts } from './known-texts.ts'

/** Node's typings leave out what Buffer's `toString` itself calls: half the price of asking by an encoding's name. */
export interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string
}

const known = new KnownTexts()
/** The last ASCII text that was too long to be known: ids that are alike stand side by side, a message's and its first submission's. */
let before = ''

/** The text of these bytes, which must be in the buffer. Short texts are taken from those read before. */
export function readText(buffer: Utf8Buffer, start: number, end: number): string {
  const found = known.find(buffer, start, end)
  if (found !== undefined) return found
  const length = end - start
  if (length === before.length && isTextOf(before, buffer, start)) return before
  const value = buffer.utf8Slice(start, end)
  if (!known.keep(value, buffer, start, end) && value.length === length) before = value
  return value
}

/** Of a text in ASCII, whose code units are its bytes. */
function isTextOf(text: string, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== bytes[start + at]) return false
  }
  return true
}
