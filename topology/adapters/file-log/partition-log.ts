import type { StoredRecord } from '../../contract/record.ts'
import type { Fetched } from '../embedded/log-view.ts'
import type { DatabaseSync } from '../sqlite/node-sqlite.ts'
import type { Segment } from './block-codec.ts'
import { compactedBatches } from './compacted-batches.ts'
import type { FrameRoom } from './frame-room.ts'
import { FrameRuns } from './frame-runs.ts'
import type { LogWindows } from './log-windows.ts'
import { type PartitionReader, partitionReader } from './partition-reader.ts'
import { segmentBatches } from './segment-batches.ts'
import { type SegmentIndex, segmentIndex } from './segment-index.ts'
import type { CachedTail, TailCache } from './tail-cache.ts'

/** A partition's row in the database. */
export interface PartitionRow {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly earliest: number
  readonly next: number
  readonly cleaned_to: number
  readonly cleaned_records: number
  readonly compacted_to: number
}

/** One partition as this process knows it. Offsets are given out here, by the only process that writes. */
export class PartitionLog {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly index: SegmentIndex
  readonly stored: PartitionReader
  readonly tail: CachedTail
  /** The oldest offset kept. */
  earliest: number
  /** Everything below is on stable storage. */
  next: number
  /** The offset the next record appended gets. */
  assigned: number
  /** The highest timestamp appended so far, rounded down. */
  ceilMs: number
  /** Everything below stands in the partition's own table, compacted or merely moved out of the log. The rest is in the log. */
  cleanedTo: number
  /** How far compaction has come. */
  compactedTo: number
  /** What it left last time. */
  cleanedRecords: number
  /** Appended since the last commit began. It has the last offsets that were given out. */
  readonly pending: FrameRuns
  /** The same as records, or null when nobody is likely to read them at once. */
  kept: StoredRecord[] | null = null
  /** Whether somebody was about to read what the last commit brought. */
  isRead = false

  constructor(
    row: PartitionRow,
    reader: DatabaseSync,
    windows: LogWindows,
    cache: TailCache,
    room: FrameRoom,
  ) {
    const { id, topic, partition } = row
    this.id = id
    this.topic = topic
    this.partition = partition
    this.index = segmentIndex()
    this.tail = cache.open()
    this.pending = new FrameRuns(room)
    this.earliest = row.earliest
    this.cleanedTo = row.cleaned_to
    this.cleanedRecords = row.cleaned_records
    this.compactedTo = row.compacted_to
    const compacted = compactedBatches(reader, topic, partition, id)
    const end = this.cleanedTo > 0 ? compacted.end() : undefined
    this.ceilMs = end?.ceilMs ?? 0
    this.next = Math.max(row.next, this.cleanedTo, (end?.last ?? -1) + 1)
    this.assigned = this.next
    const inLog = segmentBatches(windows, this.index, topic, partition, id)
    this.stored = partitionReader(compacted, inLog, () => this.cleanedTo)
  }

  /** Segments of the log that end below are not needed any more. */
  get floor(): number {
    return Math.max(this.earliest, this.cleanedTo)
  }

  /** Where records that are durable now stand in the log. */
  added(block: number, { first, last, maxMs }: Segment): void {
    this.ceilMs = Math.max(this.ceilMs, maxMs)
    this.index.add({ block, first, last, ceilMs: this.ceilMs })
    this.next = last + 1
    this.assigned = Math.max(this.assigned, this.next)
  }

  fetch(from: number, maxRecords: number, maxBytes: number): Fetched {
    const start = Math.max(from, this.earliest)
    if (start >= this.next) return { records: [], next: start }
    if (start >= this.tail.from()) {
      const records = this.tail.take(start, maxRecords, maxBytes)
      return { records, next: (records.at(-1)?.offset ?? start - 1) + 1 }
    }
    const fetched = this.stored.fetch(start, maxRecords, maxBytes)
    // Nothing from here to the end: compaction left none.
    if (fetched.records.length === 0 && fetched.next <= start)
      return { records: [], next: this.next }
    return fetched
  }
}
