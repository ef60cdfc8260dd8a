import { KnownTexts } from './known-texts.ts'

/** Node's typings leave out what Buffer's `toString` itself calls: half the price of asking by an encoding's name. */
export interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string
}

const known = new KnownTexts()

/** The text of these bytes, which must be in the buffer. Short texts are taken from those read before. */
export function readText(buffer: Utf8Buffer, start: number, end: number): string {
  if (end - start > known.longest) return buffer.utf8Slice(start, end)
  const found = known.find(buffer, start, end)
  if (found !== undefined) return found
  const value = buffer.utf8Slice(start, end)
  known.keep(value, buffer, start, end)
  return value
}
