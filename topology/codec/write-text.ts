import { writeUtf8 } from '../contract/write-utf8.ts'
import { lengthBytes } from './length-bytes.ts'
import { writeLong } from './write-long.ts'

/**
 * An Avro string, and where it ends; nothing is written where it would end beyond the buffer. Its length in bytes is taken to be
 * that of ASCII and corrected when that was wrong, in place of looking through it before.
 */
export function writeText(buffer: Buffer, at: number, value: unknown): number {
  if (typeof value !== 'string') throw new Error('not a string')
  const { length } = value
  const from = at + lengthBytes(length)
  if (from + 3 * length > buffer.length) return writeTightly(buffer, at, value)
  const written = writeUtf8(buffer, from, value) - from
  const start = at + lengthBytes(written)
  if (start !== from) buffer.copyWithin(start, from, from + written)
  if (written < 0x40) buffer[at] = written * 2
  else writeLong(buffer, at, written)
  return start + written
}

/** Where there may be too little room, so that the length has to be known before. */
function writeTightly(buffer: Buffer, at: number, value: string): number {
  const length = Buffer.byteLength(value)
  const start = at + lengthBytes(length)
  const end = start + length
  if (end > buffer.length) return end
  writeLong(buffer, at, length)
  buffer.write(value, start)
  return end
}
