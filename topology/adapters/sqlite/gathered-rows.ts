import type { StoredRecord } from '../../contract/record.ts'
import { checksum, encodeFrames } from './frame-codec.ts'
import type { LogRows } from './log-rows.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Segment } from './segment-codec.ts'
import { sharedScratch } from './shared-scratch.ts'
import type { Statement, Write } from './statement.ts'

/** A segment holds at most this much: it is the least that a reader must read and check. */
const segmentRecords = 2000
const segmentBytes = 512 * 1024
/** A row that has so much gets no more: who reads one partition's records reads its whole rows. */
const rowBytes = 64 * 1024

/** One partition's part of a commit, and where it went. */
export interface Pending {
  readonly place: PartitionLog
  readonly records: readonly StoredRecord[]
  readonly headers: readonly string[]
  readonly stored: { readonly row: number; readonly segment: Segment }[]
}

/** Puts a commit together: frames of all partitions, one after another, in one row, or in a few when they are many. */
export function gatheredRows(
  rows: LogRows,
): (pending: readonly Pending[], bytesBound: number) => Write {
  const scratch = sharedScratch()

  return (pending, bytesBound) => {
    const buffer = scratch.take(bytesBound)
    const write: Statement[] = []
    let open: { segment: Segment; stored: Pending['stored'] }[] = []
    let rowStart = 0
    let at = 0

    function endRow(): void {
      const segments = open.map(({ segment }) => segment)
      const { row, statement } = rows.insertion(segments, buffer.subarray(rowStart, at))
      for (const { segment, stored } of open) stored.push({ row, segment })
      write.push(statement)
      open = []
      rowStart = at
    }

    for (const { place, records, headers, stored } of pending) {
      for (let from = 0, to = 0; from < records.length; from = to) {
        to = segmentEnd(records, from)
        const whole = to - from === records.length
        const part = whole ? records : records.slice(from, to)
        const first = part[0]?.offset ?? 0
        const start = at
        at = encodeFrames(buffer, at, first, part, whole ? headers : headers.slice(from, to))
        open.push({
          segment: {
            place: place.id,
            first,
            last: first + part.length - 1,
            maxMs: latest(part),
            start: start - rowStart,
            length: at - start,
            crc: checksum(buffer.subarray(start, at)),
          },
          stored,
        })
        if (at - rowStart >= rowBytes) endRow()
      }
    }
    if (open.length > 0) endRow()
    return write
  }
}

function segmentEnd(records: readonly StoredRecord[], from: number): number {
  let bytes = 0
  const most = Math.min(records.length, from + segmentRecords)
  for (let to = from; to < most; to++) {
    bytes += records[to]?.value?.byteLength ?? 0
    if (bytes > segmentBytes && to > from) return to
  }
  return most
}

function latest(records: readonly StoredRecord[]): number {
  let maxMs = 0
  for (const { timestampMs } of records) if (timestampMs > maxMs) maxMs = timestampMs
  return Math.floor(maxMs)
}
