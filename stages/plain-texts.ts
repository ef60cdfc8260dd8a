// The frame of a record (docs/schemas.md): a zero, the schema id in four bytes. Then TextContent: a zero where it has no
// formatting, and a text behind its length. Lengths of more than two bytes are left to the codec.
const frameBytes = 5
const longestRead = 8_191

/**
 * Texts of which their bytes say enough: written with a schema that was read before, whole, without formatting, of a length
 * that is surely allowed, and beginning with a visible character of ASCII, so not blank. Most messages are such texts, and
 * reading one only to look at it costs more than all other checks of validate.
 */
export class PlainTexts {
  readonly #maxText: number
  #schemaId = Number.NaN

  /** @param maxText in UTF-16 units, of which a text has no more than bytes */
  constructor(maxText: number) {
    this.#maxText = maxText
  }

  /** False where the text has to be read. */
  has(kind: string, bytes: Uint8Array): boolean {
    return kind === 'text' && idOf(bytes) === this.#schemaId && this.#isPlain(bytes)
  }

  /** Of content that was read and is a text. */
  learn(bytes: Uint8Array): void {
    if (this.#isPlain(bytes)) this.#schemaId = idOf(bytes)
  }

  #isPlain(bytes: Uint8Array): boolean {
    if (bytes[frameBytes] !== 0) return false
    const low = bytes[frameBytes + 1] ?? 0
    const isLong = low > 0x7f
    const start = frameBytes + (isLong ? 3 : 2)
    // Avro's zigzag: twice the length, seven bits a byte, the lowest first.
    const length = isLong ? ((low & 0x7f) | ((bytes[frameBytes + 2] ?? 0) << 7)) >> 1 : low >> 1
    const first = bytes[start] ?? 0
    const fits = length <= longestRead && length <= this.#maxText && start + length === bytes.length
    return fits && (low & 1) === 0 && first > 0x20 && first < 0x7f
  }
}

const idOf = (bytes: Uint8Array): number =>
  bytes[0] === 0
    ? ((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)
    : Number.NaN
