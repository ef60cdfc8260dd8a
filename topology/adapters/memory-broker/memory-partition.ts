import type { NewRecord, StoredRecord } from '../../contract/record.ts'
import type { TopicSpec } from '../../ports/broker.ts'
import type { Fetched } from '../embedded/log-view.ts'

/** One partition's records, in offset order; compaction may leave gaps. */
export class MemoryPartition {
  readonly topic: string
  readonly partition: number
  records: StoredRecord[] = []
  next = 0
  earliest = 0
  #compactedTo = 0

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  append(record: NewRecord, timestampMs: number): StoredRecord {
    const { topic, partition } = this
    const { key, value, headers } = record
    const stored = { topic, partition, offset: this.next, key, value, headers, timestampMs }
    this.next += 1
    this.records.push(stored)
    return stored
  }

  fetch(from: number, maxRecords: number, maxBytes: number): Fetched {
    const start = this.#indexOf(from)
    let end = start
    for (let bytes = 0; end < this.records.length && end - start < maxRecords; end++) {
      bytes += this.records[end]?.value?.byteLength ?? 0
      if (bytes > maxBytes && end > start) break
    }
    const last = this.records[end - 1]
    const next = end === this.records.length ? this.next : (last?.offset ?? from - 1) + 1
    return { records: this.records.slice(start, end), next: Math.max(next, from) }
  }

  offsetAt(timestampMs: number): number {
    return this.records.find((record) => record.timestampMs >= timestampMs)?.offset ?? this.next
  }

  /** Forgets what the topic's clean-up policy allows to forget. */
  cleanUp(spec: TopicSpec, nowMs: number, compactEvery: number, tombstonesMs: number): void {
    if (spec.cleanup === 'delete') this.#retain(nowMs - spec.retentionMs)
    else if (this.next - this.#compactedTo >= compactEvery) this.#compact(nowMs - tombstonesMs)
  }

  #retain(oldestMs: number): void {
    const kept = this.records.findIndex(({ timestampMs }) => timestampMs >= oldestMs)
    if (kept === 0) return
    if (kept < 0) this.earliest = this.next
    else this.earliest = this.records[kept]?.offset ?? this.earliest
    this.records = kept < 0 ? [] : this.records.slice(kept)
  }

  /** The last record stays whatever it is: it shows where the log ends. */
  #compact(tombstonesBeforeMs: number): void {
    const last = new Map(this.records.map((record) => [record.key, record.offset]))
    this.records = this.records.filter(
      ({ key, offset, value, timestampMs }) =>
        offset === this.next - 1 ||
        (last.get(key) === offset && (value !== null || timestampMs >= tombstonesBeforeMs)),
    )
    this.#compactedTo = this.next
  }

  #indexOf(offset: number): number {
    let low = 0
    let high = this.records.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.records[middle]?.offset ?? offset) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
