import type { Type } from '../../topology/codec/avsc.ts'
import { encoderOf } from '../../topology/codec/encoder-of.ts'

/** A value as our own encoder writes it, by itself. It asks for the room first, in a buffer of none. */
export function encoded(type: Type, value: unknown): Buffer {
  const encode = encoderOf(type)
  const bytes = Buffer.alloc(encode(Buffer.alloc(0), 0, value), 0xee)
  if (encode(bytes, 0, value) !== bytes.length) throw new Error('it took other room than it said')
  return bytes
}
