import type { ByteRoom } from './byte-room.ts'

/** Of ASCII. */
const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  open: 0x5b,
  backslash: 0x5c,
  close: 0x5d,
  openMap: 0x7b,
  closeMap: 0x7d,
  firstShown: 0x20,
  lastShown: 0x7e,
} as const

/** Longer ones are dearer character by character than by a call into Node. */
const longestByHand = 128
const longestBytesByHand = 256

const base64Codes = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = '='.charCodeAt(0)

/**
 * Writes JSON lists as bytes, the very ones that JSON.stringify's text would be: for what is written for each message, since there the
 * list, its text and the text's copy were a kilobyte of garbage.
 */
export class JsonList {
  readonly #room: ByteRoom
  #depth = 0
  /** Something stands before it in its list. */
  #isLater = false

  constructor(room: ByteRoom) {
    this.#room = room
  }

  /** Before the first list, and between two. */
  begin(): void {
    this.#depth = 0
    this.#isLater = false
  }

  open(): void {
    this.#next(1)
    this.#put(code.open)
    this.#depth++
    this.#isLater = false
  }

  close(): void {
    this.#room.reserve(1)
    this.#put(code.close)
    this.#depth--
    this.#isLater = this.#depth > 0
  }

  text(value: string | null): void {
    if (value === null) {
      this.json(null)
      return
    }
    this.#next(2 + value.length)
    this.#text(value)
  }

  /** A whole number: V8 keeps the texts of those that come again, and its own digits need no proof. */
  number(value: number): void {
    this.#next(0)
    this.#room.utf8(String(value))
  }

  base64(value: Uint8Array): void {
    const { length } = value
    if (length > longestBytesByHand) {
      this.text(base64Of(value))
      return
    }
    this.#next(2 + 4 * Math.ceil(length / 3))
    this.#put(code.quote)
    const room = this.#room
    const { bytes } = room
    let { end } = room
    for (let at = 0; at < length; at += 3) {
      const three = ((value[at] ?? 0) << 16) | ((value[at + 1] ?? 0) << 8) | (value[at + 2] ?? 0)
      bytes[end] = base64Codes[three >> 18] ?? 0
      bytes[end + 1] = base64Codes[(three >> 12) & 63] ?? 0
      bytes[end + 2] = at + 1 < length ? (base64Codes[(three >> 6) & 63] ?? 0) : padding
      bytes[end + 3] = at + 2 < length ? (base64Codes[three & 63] ?? 0) : padding
      end += 4
    }
    bytes[end] = code.quote
    room.end = end + 1
  }

  /** Texts by name. */
  map(value: Readonly<Record<string, string>>): void {
    this.#next(1)
    this.#put(code.openMap)
    let isLater = false
    for (const name in value) {
      const text = value[name] ?? ''
      this.#room.reserve(4 + name.length)
      if (isLater) this.#put(code.comma)
      isLater = true
      this.#text(name)
      this.#room.reserve(4 + text.length)
      this.#put(code.colon)
      this.#text(text)
    }
    this.#room.reserve(1)
    this.#put(code.closeMap)
  }

  /** Whatever is rarely there. */
  json(value: unknown): void {
    this.#next(0)
    this.#room.utf8(JSON.stringify(value))
  }

  /** Room for so many bytes, behind a comma where something stands before them. */
  #next(bytes: number): void {
    this.#room.reserve(1 + bytes)
    if (this.#isLater) this.#put(code.comma)
    this.#isLater = true
  }

  #put(byte: number): void {
    const room = this.#room
    room.bytes[room.end] = byte
    room.end++
  }

  /** There is room for its characters and two more. */
  #text(value: string): void {
    const room = this.#room
    const { bytes, end } = room
    const { length } = value
    let at = end
    bytes[at++] = code.quote
    const most = length <= longestByHand ? length : 0
    for (let nth = 0; nth < most; nth++) {
      const unit = value.charCodeAt(nth)
      if (
        unit < code.firstShown ||
        unit > code.lastShown ||
        unit === code.quote ||
        unit === code.backslash
      ) {
        room.utf8(JSON.stringify(value))
        return
      }
      bytes[at++] = unit
    }
    if (most < length) {
      room.utf8(JSON.stringify(value))
      return
    }
    bytes[at++] = code.quote
    room.end = at
  }
}

/** Node's typings leave out what Buffer's `toString` calls: it takes any bytes, and no Buffer has to be made of them. */
interface Base64Buffer extends Buffer {
  base64Slice(this: Uint8Array, start: number, end: number): string
}

const { base64Slice } = Buffer.prototype as Base64Buffer

const base64Of = (bytes: Uint8Array): string => base64Slice.call(bytes, 0, bytes.length)
