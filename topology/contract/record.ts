/**
 * The engine's words, each defined once:
 *
 * - record: one entry of a topic: key, value, headers, and where it stands.
 * - topic: a named log, cut into partitions; records of one key share a partition.
 * - position: a topic, a partition and an offset in it, from 0.
 * - consumer group: the members that share a topic's partitions; it commits how far it is.
 * - stage: a step of the pipeline; it reads input ports and writes output ports.
 * - lane: the records of one key that wait for an effect, in order, one attempt at a time.
 * - hold: a lane sleeps after a passing failure, in memory.
 * - park: a lane held too long moves, in order, to a topic of its own.
 * - dead letter: a record that no attempt can help, kept with the reason and its original bytes.
 */

/** UTF-8 text by name. A name that repeats keeps its last value. */
export type Headers = Readonly<Record<string, string>>

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** `offset` is a safe integer: at 10 million records a minute 2^53 lasts for 1,700 years. */
export interface Position extends TopicPartition {
  readonly offset: number
}

/** What a caller appends. */
export interface NewRecord {
  readonly topic: string
  /** Decides the partition (murmur2 over the UTF-8 bytes, as Kafka's Java client does). */
  readonly key: string
  /** Null is a tombstone: compaction forgets the key. */
  readonly value: Uint8Array | null
  readonly headers: Headers
  /** The same value for those who append bytes: made apart, and then copied to them, it is written twice. `value` makes it apart. */
  readonly inPlace?: ValueInPlace | undefined
  /** Milliseconds since 1970 UTC; the broker's clock when absent. */
  readonly timestampMs?: number
  /** Overrides the key's partition; only the engine's own co-partitioned topics use it. */
  readonly partition?: number
}

/** A value that is written where it is to stand. */
export interface ValueInPlace {
  /** Never fewer bytes than it takes. */
  readonly bound: number
  /** Writes it from `at` on, and answers where it ends. The buffer must have room for the bound. Throws for what cannot be written. */
  write(buffer: Buffer, at: number): number
}

/** What a consumer gets. Bytes may be a view on a larger buffer: copy what is kept for long. */
export interface StoredRecord extends Position {
  readonly key: string
  readonly value: Uint8Array | null
  readonly headers: Headers
  readonly timestampMs: number
}
