import type { ByteReader } from './byte-reader.ts'

/** Node's typings leave out what Buffer's `toString` itself calls: half the price of asking by an encoding's name. */
interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string
}

/** A text, and where its bytes stand. */
interface Known {
  readonly text: string
  readonly at: number
  readonly length: number
}

/**
 * A batch's body, and the texts of headers that were read of it last, by their place among those of their record. Records of one batch
 * mostly have the same headers, so bytes are made a text only where they are not those before.
 */
export class BatchTexts {
  readonly bytes: Buffer
  readonly #before: Known[] = []

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  text(start: number, end: number): string {
    return (this.bytes as Utf8Buffer).utf8Slice(start, end)
  }

  /** The text that the reader stands before, behind its length; it is the `place`th of its record. Null (of another's record) counts as empty. */
  read(reader: ByteReader, place: number): string {
    const length = reader.varint()
    if (length <= 0) return ''
    const { bytes } = this
    const { at } = reader
    reader.at += length
    const known = this.#before[place]
    if (known?.length === length) {
      let same = 0
      while (same < length && bytes[at + same] === bytes[known.at + same]) same++
      if (same === length) return known.text
    }
    const text = this.text(at, at + length)
    this.#before[place] = { text, at, length }
    return text
  }
}
