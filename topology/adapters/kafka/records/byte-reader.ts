/** Kafka's primitive types, read one after another. Reading past the end throws a RangeError. */
export class ByteReader {
  readonly bytes: Buffer
  at: number
  readonly end: number

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  int8(): number {
    return this.bytes.readInt8(this.#skip(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#skip(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#skip(4))
  }

  /** As a number: offsets and times are safe integers. */
  int64(): number {
    const at = this.#skip(8)
    return this.bytes.readInt32BE(at) * 0x1_0000_0000 + this.bytes.readUInt32BE(at + 4)
  }

  bigint(): bigint {
    return this.bytes.readBigInt64BE(this.#skip(8))
  }

  string(): string | null {
    const length = this.int16()
    if (length < 0) return null
    const at = this.#skip(length)
    return this.bytes.toString('utf8', at, at + length)
  }

  skip(length: number): void {
    this.#skip(length)
  }

  /** So many bytes or texts, each behind its length as a varint; null counts as empty. */
  skipSized(count: number): void {
    const { bytes } = this
    for (let left = count; left > 0; left--) {
      const byte = bytes[this.at] ?? 0x80
      // Most are shorter than 64 bytes: then it is one byte, twice the length.
      if (byte < 0x80 && (byte & 1) === 0) this.at += 1 + (byte >> 1)
      else this.skip(Math.max(0, this.varint()))
    }
    this.#skip(0)
  }

  view(length: number): Buffer {
    const at = this.#skip(length)
    return this.bytes.subarray(at, at + length)
  }

  /** An array whose length stands before it in four bytes; null counts as empty. */
  array<Item>(item: () => Item): Item[] {
    const items: Item[] = []
    for (let left = this.int32(); left > 0; left--) items.push(item())
    return items
  }

  /** Zigzag, exact up to 2^53. */
  varint(): number {
    const { bytes } = this
    let shift = 0
    let low = 0
    for (let at = this.at; at < this.end; at++) {
      const byte = bytes[at] ?? 0
      if (shift === 28 && byte > 0x07) return this.#wideVarint()
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.at = at + 1
        return (low >>> 1) ^ -(low & 1)
      }
      shift += 7
    }
    throw new RangeError('a varint goes on beyond its end')
  }

  #wideVarint(): number {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#skip(1)] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n))
    }
    throw new RangeError('a varint has more than ten bytes')
  }

  #skip(length: number): number {
    const { at } = this
    if (length < 0 || at + length > this.end) {
      throw new RangeError(`${length} bytes are wanted, ${this.end - at} are left`)
    }
    this.at = at + length
    return at
  }
}
