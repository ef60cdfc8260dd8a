import { KnownTexts } from './known-texts.ts'
import { LastTexts } from './last-texts.ts'

/** Node's typings leave out what Buffer's `toString` itself calls: half the price of asking by an encoding's name. */
export interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string
}

const known = new KnownTexts()
/** What a record says twice stands side by side: a message's id and its first submission's, an address and its recipient's. */
const last = new LastTexts()

/** The text of these bytes, which must be in the buffer. It is taken from those read before where it is one of them. */
export function readText(buffer: Utf8Buffer, start: number, end: number): string {
  const found = known.find(buffer, start, end) ?? last.find(buffer, start, end)
  if (found !== undefined) return found
  const value = buffer.utf8Slice(start, end)
  if (value.length === end - start) {
    known.keep(value, buffer, start, end)
    last.keep(value)
  }
  return value
}
