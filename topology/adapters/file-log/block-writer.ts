import { blockHead, checksum, encodeHead, type Segment, segmentHead } from './block-codec.ts'
import type { FrameRun } from './frame-runs.ts'

/** A block that has so much gets no more: who reads one partition's records reads whole blocks. */
const blockBytes = 64 * 1024
/** Larger commits get memory of their own, which is let go afterwards. */
const keptBytes = 16 * 1024 * 1024

/** One partition's part of a commit, and where it went. */
export interface Pending {
  readonly place: number
  readonly runs: readonly FrameRun[]
  readonly stored: { readonly block: number; readonly segment: Segment }[]
}

interface Part {
  readonly pending: Pending
  readonly run: FrameRun
}

/** Puts a commit together, for `at` of the log. The bytes are good until the next call: commits do not overlap. */
export function blockWriter(): (pending: readonly Pending[], at: number) => Buffer {
  let scratch = Buffer.allocUnsafeSlow(1024 * 1024)

  function room(bytes: number): Buffer {
    if (bytes <= scratch.byteLength) return scratch
    const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)))
    if (larger.byteLength <= keptBytes) scratch = larger
    return larger
  }

  return (pending, at) => {
    const blocks = planned(pending)
    const buffer = room(blocks.reduce((sum, { bytes }) => sum + bytes, 0))
    let end = 0
    for (const { parts } of blocks) end = encodeBlock(buffer, end, at, parts)
    return buffer.subarray(0, end)
  }
}

/** Which parts share a block, and how long it is. */
function planned(pending: readonly Pending[]) {
  let block = { parts: [] as Part[], bytes: blockHead }
  const blocks = [block]
  for (const each of pending) {
    for (const run of each.runs) {
      if (block.bytes >= blockBytes) {
        block = { parts: [], bytes: blockHead }
        blocks.push(block)
      }
      block.parts.push({ pending: each, run })
      block.bytes += segmentHead + run.length
    }
  }
  return blocks
}

function encodeBlock(
  buffer: Buffer,
  start: number,
  commit: number,
  parts: readonly Part[],
): number {
  const block = commit + start
  let at = start + blockHead + segmentHead * parts.length
  const segments = parts.map(({ pending, run }) => {
    const { memory, first, count, length, maxMs } = run
    const frames = memory.bytes.subarray(0, length)
    buffer.set(frames, at)
    const segment = {
      place: pending.place,
      first,
      last: first + count - 1,
      maxMs: Math.floor(maxMs),
      start: at - start,
      length,
      crc: checksum(frames),
    }
    pending.stored.push({ block, segment })
    at += length
    return segment
  })
  encodeHead(buffer, start, block, commit, segments)
  return at
}
