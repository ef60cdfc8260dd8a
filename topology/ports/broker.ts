import type { NewRecord, Position, StoredRecord, TopicPartition } from '../contract/record.ts'

/** The durable log that carries every record between stages. */
export interface Broker {
  /**
   * Creates the topics that are missing. An existing topic keeps its partitions: when the count
   * differs it throws C4A_TOPIC_MISMATCH, because growing a keyed topic would reorder its keys.
   * Retention and clean-up of an existing topic are brought up to date.
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>

  topics(): Promise<readonly TopicSpec[]>

  /**
   * Resolves when all records are on stable storage, with their positions in the order given.
   * Records of one call, and of calls begun one after another, keep that order in each partition.
   * A rejection is not a promise that nothing was appended: the caller must be able to repeat.
   * Throws C4A_BROKER_UNREACHABLE (retryable) when the log takes nothing now, and
   * C4A_TOPIC_UNKNOWN or C4A_RECORD_TOO_LARGE before anything is appended.
   */
  append(records: readonly NewRecord[]): Promise<readonly Position[]>

  /**
   * Joins a consumer group. Partition p of every topic subscribed goes to the same member, so
   * topics with equal partition counts are read side by side. Starts at the committed offset,
   * and where there is none at `from`.
   */
  subscribe(options: SubscribeOptions, listener: ConsumerListener): Promise<Consumer>

  /**
   * Reads outside any group: up to `maxRecords` records from `from` on, in offset order; waits up to
   * `maxWaitMs` for the first. Compaction and retention may have removed offsets in between.
   * An empty answer means none came in time.
   */
  read(from: Position, options: ReadOptions): Promise<readonly StoredRecord[]>

  /** The oldest offset kept and the offset the next record will get, of every partition. */
  ends(topic: string): Promise<readonly PartitionEnds[]>

  /** The first offset whose record is not older than `timestampMs`, or the end; of every partition. */
  offsetsAt(topic: string, timestampMs: number): Promise<readonly Position[]>

  /** Committed offsets (the next to read) of a group; a partition never committed is absent. */
  committed(group: string): Promise<readonly Position[]>

  /** Sets a group's offsets; throws C4A_GROUP_ACTIVE while it has members. */
  setOffsets(group: string, positions: readonly Position[]): Promise<void>

  /** Leaves all groups and waits for appends under way. */
  close(): Promise<void>
}

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** `delete` forgets what is older than the retention, `compact` keeps the last record of each key. */
  readonly cleanup: 'delete' | 'compact'
  /** Milliseconds; ignored for `compact`. */
  readonly retentionMs: number
}

export interface SubscribeOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly from: 'earliest' | 'latest'
  /** How long a revoked member may take to finish before its partitions move on without it. Milliseconds. */
  readonly revokeTimeoutMs: number
}

/** A partition in one term of ownership. Each assignment has an epoch of its own, and epochs only grow. */
export interface OwnedPartition extends TopicPartition {
  readonly epoch: number
  /** Where reading begins: the committed offset, or the start or end where there is none. */
  readonly offset: number
}

/**
 * A member's side of the group. `onRecords` is intake only: it must return at once.
 * The broker awaits `onAssign` before the first record, and `onRevoke` (bounded by
 * `revokeTimeoutMs`) before another member gets the partition.
 */
export interface ConsumerListener {
  onAssign(partitions: readonly OwnedPartition[]): Promise<void>
  onRevoke(partitions: readonly OwnedPartition[]): Promise<void>
  /** Records of one partition, in offset order, following those handed over before. */
  onRecords(partition: OwnedPartition, records: readonly StoredRecord[]): void
}

export interface Consumer {
  /** Stops handing over records of these partitions; one batch may still be on its way. */
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  /**
   * Records that everything below `offset` is finished. Durable when it resolves. Throws
   * C4A_EPOCH_FENCED, and changes nothing, when a partition is no longer owned in that epoch.
   */
  commit(offsets: readonly (Position & { readonly epoch: number })[]): Promise<void>
  /** When records were last handed over or a fetch came back empty: for the watchdog. */
  lastContactMs(): number
  /** Revokes, then leaves the group. */
  close(): Promise<void>
}

export interface ReadOptions {
  readonly maxRecords: number
  readonly maxWaitMs: number
}

export interface PartitionEnds extends TopicPartition {
  readonly earliest: number
  readonly next: number
}
