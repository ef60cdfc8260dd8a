import { Nested } from './nested.ts'
import { writeLong } from './write-long.ts'

/** Avro bytes, or a record that stands there, and where they end; nothing is written where that is beyond the buffer. */
export function writeBytes(buffer: Buffer, at: number, value: unknown): number {
  if (value instanceof Nested) return value.write(buffer, at)
  if (!(value instanceof Uint8Array)) throw new Error('not bytes')
  const start = writeLong(buffer, at, value.length)
  const end = start + value.length
  if (end <= buffer.length) buffer.set(value, start)
  return end
}
