import { crc32 } from '@node-rs/crc32'

/**
 * The log is blocks, one behind another. A commit is one block, or a few when it brings much; what it brings for one partition
 * stands together. Little endian:
 *
 *   0  a mark (4 bytes)
 *   4  CRC-32 of the rest of the head and of the directory
 *   8  number of segments
 *  12  length of the frames in bytes
 *  16  where the block stands in the log, in bytes from its beginning (a double): what an earlier use of the disk left fits nowhere
 *  24  where the first block of its commit stands (a double)
 *  32  the directory: 40 bytes for each segment
 *   .  the frames
 */
export const blockHead = 32
export const segmentHead = 40
const mark = 0x31423443

/** Records of one partition, in offset order without gaps, whose frames stand one after another in a block. */
export interface Segment {
  /** The partition's row id, or 0 for notes: what is no record and stands in the log to be durable with it. */
  readonly place: number
  readonly first: number
  readonly last: number
  readonly maxMs: number
  /** Where the frames begin in the block, their length in bytes and their CRC-32. */
  readonly start: number
  readonly length: number
  readonly crc: number
}

export interface Block {
  readonly at: number
  readonly commit: number
  readonly length: number
  readonly segments: readonly Segment[]
}

/** By a package: a third of the time that Node's own takes for as much. */
export function checksum(bytes: Uint8Array): number {
  return crc32(bytes)
}

/** Writes head and directory before the frames, which are there already: segments tell where. */
export function encodeHead(
  target: Buffer,
  start: number,
  at: number,
  commit: number,
  segments: readonly Segment[],
): void {
  let frames = 0
  let entry = start + blockHead
  for (const { place, first, last, maxMs, start: from, length, crc } of segments) {
    target.writeUInt32LE(place, entry)
    target.writeUInt32LE(from, entry + 4)
    target.writeUInt32LE(length, entry + 8)
    target.writeUInt32LE(crc, entry + 12)
    target.writeDoubleLE(first, entry + 16)
    target.writeDoubleLE(last, entry + 24)
    target.writeDoubleLE(maxMs, entry + 32)
    entry += segmentHead
    frames += length
  }
  target.writeUInt32LE(mark, start)
  target.writeUInt32LE(segments.length, start + 8)
  target.writeUInt32LE(frames, start + 12)
  target.writeDoubleLE(at, start + 16)
  target.writeDoubleLE(commit, start + 24)
  target.writeUInt32LE(checksum(target.subarray(start + 8, entry)), start + 4)
}

/** How much must be read of a block to know its directory, or all of it; undefined when no block begins here. */
export function sizesAt(
  bytes: Buffer,
  start: number,
  at: number,
): { readonly directory: number; readonly whole: number } | undefined {
  if (start + blockHead > bytes.byteLength || bytes.readUInt32LE(start) !== mark) return undefined
  if (bytes.readDoubleLE(start + 16) !== at) return undefined
  const directory = blockHead + segmentHead * bytes.readUInt32LE(start + 8)
  return { directory, whole: directory + bytes.readUInt32LE(start + 12) }
}

/** The block at `start` of the bytes and `at` of the log; undefined when head and directory are not what was written. The frames are not looked at. */
export function decodeHead(bytes: Buffer, start: number, at: number): Block | undefined {
  const sizes = sizesAt(bytes, start, at)
  const end = start + (sizes?.directory ?? 0)
  if (!sizes || end > bytes.byteLength) return undefined
  if (bytes.readUInt32LE(start + 4) !== checksum(bytes.subarray(start + 8, end))) return undefined
  const segments: Segment[] = []
  for (let entry = start + blockHead; entry < end; entry += segmentHead) {
    segments.push({
      place: bytes.readUInt32LE(entry),
      start: bytes.readUInt32LE(entry + 4),
      length: bytes.readUInt32LE(entry + 8),
      crc: bytes.readUInt32LE(entry + 12),
      first: bytes.readDoubleLE(entry + 16),
      last: bytes.readDoubleLE(entry + 24),
      maxMs: bytes.readDoubleLE(entry + 32),
    })
  }
  return { at, commit: bytes.readDoubleLE(start + 24), length: sizes.whole, segments }
}

/** The frames of a segment of the block that begins at `start`, whole or not; undefined when they are not what was written. */
export function framesOf(
  bytes: Buffer,
  start: number,
  { start: from, length, crc }: Segment,
): Buffer | undefined {
  const frames = bytes.subarray(start + from, start + from + length)
  return frames.byteLength === length && checksum(frames) === crc ? frames : undefined
}

/** Where a block may begin, from `start` on; -1 where none can. */
export function nextMark(bytes: Buffer, start: number): number {
  return bytes.indexOf(markBytes, start)
}

const markBytes = Buffer.alloc(4)
markBytes.writeUInt32LE(mark)

/** The segment of a partition that begins at an offset, in the block of that place in the log; undefined when it is not there, or the directory is not what was written. */
export function segmentIn(
  bytes: Buffer,
  start: number,
  at: number,
  place: number,
  first: number,
): Segment | undefined {
  return decodeHead(bytes, start, at)?.segments.find(
    (segment) => segment.place === place && segment.first === first,
  )
}
