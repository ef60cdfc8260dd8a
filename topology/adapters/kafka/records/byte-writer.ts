import { writeUtf8 } from '../../../contract/write-utf8.ts'

/** Kafka's primitive types, written into one growing buffer. */
export class ByteWriter {
  bytes: Buffer
  length = 0

  /** @param room how much there is to begin with, or bytes that are written over */
  constructor(room: number | Buffer) {
    this.bytes = typeof room === 'number' ? Buffer.allocUnsafe(room) : room
  }

  /** What was written, as a view: it is overwritten after `length` is set back. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  room(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  int8(value: number): void {
    this.room(1)
    this.bytes[this.length++] = value
  }

  int16(value: number): void {
    this.room(2)
    this.length = this.bytes.writeInt16BE(value, this.length)
  }

  int32(value: number): void {
    this.room(4)
    this.length = this.bytes.writeInt32BE(value, this.length)
  }

  int64(value: number | bigint): void {
    this.room(8)
    this.length = this.bytes.writeBigInt64BE(BigInt(value), this.length)
  }

  /** Length in two bytes, as all requests have it; null is -1. */
  string(text: string | null): void {
    if (text === null) {
      this.int16(-1)
      return
    }
    const bytes = Buffer.byteLength(text)
    this.int16(bytes)
    this.room(bytes)
    this.length += this.bytes.write(text, this.length)
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** As `raw`, of a part of these bytes. */
  part(bytes: Buffer, start: number, end: number): void {
    this.room(end - start)
    this.length += bytes.copy(this.bytes, this.length, start, end)
  }

  /** Zigzag, as records have it; exact up to 2^53. */
  varint(value: number): void {
    this.room(10)
    if (value >= -0x40000000 && value < 0x40000000) {
      let rest = ((value << 1) ^ (value >> 31)) >>> 0
      while (rest > 0x7f) {
        this.bytes[this.length++] = (rest & 0x7f) | 0x80
        rest >>>= 7
      }
      this.bytes[this.length++] = rest
      return
    }
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.bytes[this.length++] = Number(rest)
  }

  /** Text with its length as a varint, which is one byte for nearly all of them. */
  varintString(text: string): void {
    const { length } = text
    if (length < 64) {
      this.room(1 + 3 * length)
      const start = this.length + 1
      const end = writeUtf8(this.bytes, start, text)
      if (end - start < 64) {
        this.bytes[start - 1] = (end - start) << 1
        this.length = end
        return
      }
    }
    const size = Buffer.byteLength(text)
    this.varint(size)
    this.room(size)
    this.length += this.bytes.write(text, this.length)
  }
}
