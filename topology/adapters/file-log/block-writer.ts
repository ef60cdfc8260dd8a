import type { NewRecord } from '../../contract/record.ts'
import { blockHead, checksum, encodeHead, type Segment, segmentHead } from './block-codec.ts'
import { encodeFrame, frameBound } from './frame-codec.ts'

/** A segment holds at most this much: it is the least that a reader must read and check. */
const segmentRecords = 2000
const segmentBytes = 512 * 1024
/** A block that has so much gets no more: who reads one partition's records reads whole blocks. */
const blockBytes = 64 * 1024
/** Larger commits get memory of their own, which is let go afterwards. */
const keptBytes = 16 * 1024 * 1024

/** One partition's part of a commit, and where it went. */
export interface Pending {
  readonly place: number
  /** The offset of the first record; the others follow without gaps. */
  readonly base: number
  readonly records: readonly Pick<NewRecord, 'key' | 'value'>[]
  /** The text of each one's headers, and its time. */
  readonly headers: readonly string[]
  readonly timesMs: readonly number[]
  readonly stored: { readonly block: number; readonly segment: Segment }[]
}

interface Part {
  readonly pending: Pending
  readonly from: number
  readonly to: number
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
    const buffer = room(blocks.reduce((sum, { bound }) => sum + bound, 0))
    let end = 0
    for (const { parts } of blocks) end = encodeBlock(buffer, end, at, parts)
    return buffer.subarray(0, end)
  }
}

/** Which parts share a block, and how long it can get. */
function planned(pending: readonly Pending[]) {
  let block = { parts: [] as Part[], bound: blockHead }
  const blocks = [block]
  for (const each of pending) {
    for (let from = 0; from < each.records.length; ) {
      if (block.bound >= blockBytes) {
        block = { parts: [], bound: blockHead }
        blocks.push(block)
      }
      const { to, bound } = partFrom(each, from)
      block.parts.push({ pending: each, from, to })
      block.bound += segmentHead + bound
      from = to
    }
  }
  return blocks
}

function partFrom({ records, headers }: Pending, from: number): { to: number; bound: number } {
  let bound = 0
  let to = from
  for (const most = Math.min(records.length, from + segmentRecords); to < most; to++) {
    const record = records[to]
    if (!record) break
    const next = frameBound(record.key, headers[to] ?? '', record.value)
    if (bound + next > segmentBytes && to > from) break
    bound += next
  }
  return { to, bound }
}

function encodeBlock(
  buffer: Buffer,
  start: number,
  commit: number,
  parts: readonly Part[],
): number {
  const block = commit + start
  let at = start + blockHead + segmentHead * parts.length
  const segments = parts.map(({ pending, from, to }) => {
    const { place, base, timesMs, stored } = pending
    const first = base + from
    const end = framed(buffer, at, pending, from, to)
    const segment = {
      place,
      first,
      last: first + (to - from) - 1,
      maxMs: latest(timesMs, from, to),
      start: at - start,
      length: end - at,
      crc: checksum(buffer.subarray(at, end)),
    }
    stored.push({ block, segment })
    at = end
    return segment
  })
  encodeHead(buffer, start, block, commit, segments)
  return at
}

/** Where the frames of these records end. */
function framed(
  buffer: Buffer,
  start: number,
  { records, headers, timesMs }: Pending,
  from: number,
  to: number,
): number {
  let at = start
  for (let nth = from; nth < to; nth++) {
    const record = records[nth]
    if (!record) break // never: a part ends where the records do
    at = encodeFrame(buffer, at, nth - from, record, headers[nth] ?? '', timesMs[nth] ?? 0)
  }
  return at
}

function latest(timesMs: readonly number[], from: number, to: number): number {
  let maxMs = 0
  for (let nth = from; nth < to; nth++) maxMs = Math.max(maxMs, timesMs[nth] ?? 0)
  return Math.floor(maxMs)
}
