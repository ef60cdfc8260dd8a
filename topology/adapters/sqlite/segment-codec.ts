import { checksum } from './frame-codec.ts'

/** Records of one partition, in offset order without gaps, whose frames stand one after another in a row of the log. */
export interface Segment {
  /** The partition's row id in the database. */
  readonly place: number
  readonly first: number
  readonly last: number
  readonly maxMs: number
  /** Where the frames begin in the row, their length in bytes and their CRC-32. */
  readonly start: number
  readonly length: number
  readonly crc: number
}

const head = 4
const size = 40

/** A CRC-32 of the rest, then 40 bytes for each segment, little endian. */
export function encodeSegments(segments: readonly Segment[]): Uint8Array {
  const bytes = new Uint8Array(head + size * segments.length)
  const view = new DataView(bytes.buffer)
  let at = head
  for (const { place, first, last, maxMs, start, length, crc } of segments) {
    view.setUint32(at, place, true)
    view.setUint32(at + 4, start, true)
    view.setUint32(at + 8, length, true)
    view.setUint32(at + 12, crc, true)
    view.setFloat64(at + 16, first, true)
    view.setFloat64(at + 24, last, true)
    view.setFloat64(at + 32, maxMs, true)
    at += size
  }
  view.setUint32(0, checksum(bytes.subarray(head)), true)
  return bytes
}

/** Undefined when the bytes are not what was written. */
export function decodeSegments(bytes: unknown): Segment[] | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < head) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== checksum(bytes.subarray(head))) return undefined
  const segments: Segment[] = []
  for (let at = head; at < bytes.byteLength; at += size) {
    segments.push({
      place: view.getUint32(at, true),
      first: view.getFloat64(at + 16, true),
      last: view.getFloat64(at + 24, true),
      maxMs: view.getFloat64(at + 32, true),
      start: view.getUint32(at + 4, true),
      length: view.getUint32(at + 8, true),
      crc: view.getUint32(at + 12, true),
    })
  }
  return segments
}
