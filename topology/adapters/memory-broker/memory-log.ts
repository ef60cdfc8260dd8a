import type { Position, TopicPartition } from '../../contract/record.ts'
import type { TopicSpec } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Arrivals, arrivals } from '../embedded/arrivals.ts'
import { type GroupCoordinator, groupCoordinator } from '../embedded/group-coordinator.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { MemoryPartition } from './memory-partition.ts'

export interface MemoryLogOptions {
  /** A partition of a compacted topic is compacted after so many new records; the default is 1,000. */
  readonly compactEvery?: number
  /** How long compaction keeps tombstones; the default is a day. Milliseconds. */
  readonly tombstonesMs?: number
  /** The longest record (value, key and headers) in bytes; the default is 1 MiB, as Kafka's. */
  readonly maxRecordBytes?: number
  /** Told of errors that nobody awaits; by default they are thrown where they happen. */
  readonly report?: (error: unknown) => void
}

/** The cluster that memory brokers are clients of: what is in here is on stable storage. */
export interface MemoryLog {
  readonly maxRecordBytes: number
  readonly groups: GroupCoordinator
  readonly arrivals: Arrivals
  readonly specs: Map<string, TopicSpec>
  /** The topic's partitions; throws C4A_TOPIC_UNKNOWN. */
  partitions(topic: string): readonly MemoryPartition[]
  partition(at: TopicPartition): MemoryPartition
  /** Forgets what the topic's retention or compaction allows to forget: done when somebody looks. */
  cleanUp(topic: string): void
  ensureTopics(specs: readonly TopicSpec[]): void
  committed(group: string): readonly Position[]
  setCommitted(group: string, positions: readonly Position[]): void
}

/** An empty log, for tests, the simulator and demonstrations: gone when the process ends. */
export function memoryLog(clock: Clock, options: MemoryLogOptions = {}): MemoryLog {
  const { compactEvery = 1000, tombstonesMs = 86_400_000, maxRecordBytes = 1024 * 1024 } = options
  const specs = new Map<string, TopicSpec>()
  const topics = new Map<string, readonly MemoryPartition[]>()
  const offsets = new Map<string, Map<string, Position>>()
  let epoch = 0

  function partitions(topic: string): readonly MemoryPartition[] {
    const found = topics.get(topic)
    if (!found) throw logFaults.topicUnknown(topic, topics.keys())
    return found
  }

  const groups = groupCoordinator({
    clock,
    partitions: (topic) => topics.get(topic)?.length,
    earliest: (topic, partition) => topics.get(topic)?.[partition]?.earliest ?? 0,
    next: (topic, partition) => topics.get(topic)?.[partition]?.next ?? 0,
    fetch: (topic, partition, from, maxRecords, maxBytes) =>
      topics.get(topic)?.[partition]?.fetch(from, maxRecords, maxBytes) ?? {
        records: [],
        next: from,
      },
    nextEpoch: () => ++epoch,
    committed: (group, topic, partition) =>
      offsets.get(group)?.get(`${partition}/${topic}`)?.offset,
    report:
      options.report ??
      ((error) => {
        throw error
      }),
  })

  return {
    maxRecordBytes,
    groups,
    arrivals: arrivals(clock),
    specs,
    partitions,
    partition(at) {
      const all = partitions(at.topic)
      const found = all[at.partition]
      if (!found) throw logFaults.partitionUnknown(at, all.length)
      return found
    },
    cleanUp(topic) {
      const spec = specs.get(topic)
      const nowMs = clock.now()
      for (const each of partitions(topic)) {
        if (spec) each.cleanUp(spec, nowMs, compactEvery, tombstonesMs)
      }
    },
    ensureTopics(wanted) {
      for (const { name, partitions: count } of wanted) {
        const has = topics.get(name)?.length ?? count
        if (has !== count) throw logFaults.topicMismatch(name, has, count)
        if (!Number.isInteger(count) || count < 1) throw logFaults.badPartitions(name, count)
      }
      for (const spec of wanted) {
        specs.set(spec.name, spec)
        if (topics.has(spec.name)) continue
        topics.set(
          spec.name,
          Array.from({ length: spec.partitions }, (_, p) => new MemoryPartition(spec.name, p)),
        )
      }
    },
    committed: (group) => [...(offsets.get(group)?.values() ?? [])],
    setCommitted(group, positions) {
      const kept = offsets.get(group) ?? new Map<string, Position>()
      offsets.set(group, kept)
      for (const { topic, partition, offset } of positions) {
        kept.set(`${partition}/${topic}`, { topic, partition, offset })
      }
    },
  }
}
