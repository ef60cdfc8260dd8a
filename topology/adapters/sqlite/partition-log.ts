import type { Fetched } from '../embedded/log-view.ts'
import { type BatchReader, batchReader } from './batch-reader.ts'
import type { Framed } from './frame-codec.ts'
import type { DatabaseSync } from './node-sqlite.ts'
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
}

/** One partition as this process knows it. Offsets are given out here, by the only process that writes. */
export class PartitionLog {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly insertSql: string
  readonly batches: BatchReader
  readonly tail: CachedTail
  /** The oldest offset kept. */
  earliest: number
  /** Everything below is on stable storage. */
  next: number
  /** The offset the next record appended gets. */
  assigned: number
  /** The highest timestamp appended so far. */
  ceilMs: number
  /** Compaction: what it has been through, and how many records that left. */
  cleanedTo: number
  cleanedRecords: number
  /** Appended since the last commit began. */
  pending: Framed[] = []

  constructor(row: PartitionRow, reader: DatabaseSync, cache: TailCache) {
    this.id = row.id
    this.topic = row.topic
    this.partition = row.partition
    this.insertSql = `INSERT INTO log_${row.id} (base, last, max_ms, ceil_ms, crc, frames) VALUES (?, ?, ?, ?, ?, ?)`
    this.batches = batchReader(reader, row.topic, row.partition, row.id)
    this.tail = cache.open()
    const end = this.batches.end()
    this.earliest = row.earliest
    this.next = Math.max(row.next, (end?.last ?? -1) + 1)
    this.assigned = this.next
    this.ceilMs = end?.ceilMs ?? 0
    this.cleanedTo = row.cleaned_to
    this.cleanedRecords = row.cleaned_records
  }

  fetch(from: number, maxRecords: number, maxBytes: number): Fetched {
    const start = Math.max(from, this.earliest)
    if (start >= this.next) return { records: [], next: start }
    if (start >= this.tail.from()) {
      const records = this.tail.take(start, maxRecords, maxBytes)
      return { records, next: (records.at(-1)?.offset ?? start - 1) + 1 }
    }
    const fetched = this.batches.fetch(start, maxRecords, maxBytes)
    // Nothing from here to the end: compaction left none.
    if (fetched.records.length === 0 && fetched.next <= start)
      return { records: [], next: this.next }
    return fetched
  }
}
