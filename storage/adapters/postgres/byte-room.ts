/** Node's typings leave out what Buffer's `write` itself calls, past its looks at the arguments. */
interface Utf8Buffer extends Buffer {
  utf8Write(text: string, at: number, length: number): number
}

/** A call into Node costs as much as writing so many characters one by one. */
const worthACall = 16

/** Bytes that are written one behind the other, again and again into the same memory. It grows. */
export class ByteRoom {
  bytes: Buffer
  /** Where the next one goes. */
  end = 0

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  /** What is written next must be room for in any case. */
  reserve(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.end + bytes, this.bytes.length * 2))
    this.bytes.copy(larger, 0, 0, this.end)
    this.bytes = larger
  }

  /** Big-endian, as everything that PostgreSQL reads. */
  int32(value: number): void {
    this.reserve(4)
    this.setInt32(this.end, value)
    this.end += 4
  }

  /** Over what is there already. */
  setInt32(at: number, value: number): void {
    const { bytes } = this
    bytes[at] = value >> 24
    bytes[at + 1] = value >> 16
    bytes[at + 2] = value >> 8
    bytes[at + 3] = value
  }

  /** Of a whole number that JavaScript can hold. */
  int64(value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.int32(high)
    this.int32(value - high * 2 ** 32)
  }

  utf8(text: string): void {
    const { length } = text
    this.reserve(3 * length)
    const { bytes, end } = this
    let nth = 0
    if (length < worthACall) {
      for (; nth < length; nth++) {
        const unit = text.charCodeAt(nth)
        if (unit > 0x7f) break
        bytes[end + nth] = unit
      }
    }
    this.end += nth === length ? length : (bytes as Utf8Buffer).utf8Write(text, end, 3 * length)
  }
}
