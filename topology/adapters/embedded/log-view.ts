import type { StoredRecord, TopicPartition } from '../../contract/record.ts'
import type { Clock } from '../../ports/clock.ts'

/** What consumer groups need of an embedded log, whatever keeps its records. */
export interface LogView {
  readonly clock: Clock
  /** Number of partitions; undefined for a topic that does not exist. */
  partitions(topic: string): number | undefined
  earliest(topic: string, partition: number): number
  next(topic: string, partition: number): number
  /** Records in offset order from `from` on; at least one where there is one, whatever its size. */
  fetch(
    topic: string,
    partition: number,
    from: number,
    maxRecords: number,
    maxBytes: number,
  ): Fetched
  /** Greater than every epoch given out before, also by an earlier process on the same log. */
  nextEpoch(): number
  committed(group: string, topic: string, partition: number): number | undefined
  /** Told when a group has got records of a partition. */
  handedOver?(at: TopicPartition): void
  /** Told of what nobody awaits: a listener that failed, a batch that cannot be read. */
  report(error: unknown): void
}

export interface Fetched {
  readonly records: readonly StoredRecord[]
  /** Where the next fetch goes on: behind offsets that compaction or retention removed. */
  readonly next: number
}
