import type { TopicPartition } from '../../contract/record.ts'
import type { TopicSpec } from '../../ports/broker.ts'
import { logFaults } from '../embedded/log-faults.ts'
import type { SideTables } from '../sqlite/side-tables.ts'
import type { Statement } from '../sqlite/statement.ts'
import { damaged } from './batch-source.ts'
import type { Segment } from './block-codec.ts'
import type { FrameRoom } from './frame-room.ts'
import type { LogWindows } from './log-windows.ts'
import { PartitionLog, type PartitionRow } from './partition-log.ts'
import type { TailCache } from './tail-cache.ts'

/** So many epochs are reserved at once: one durable write per million assignments. */
const epochBlock = 1_000_000

/** Topics, partitions and epochs of a log, held in memory and kept in step with its tables. */
export interface LogContents {
  readonly specs: ReadonlyMap<string, TopicSpec>
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  /** Undefined for a topic that does not exist. */
  find(topic: string): readonly PartitionLog[] | undefined
  /** By the number in its segments. */
  place(id: number): PartitionLog | undefined
  /** Throws C4A_TOPIC_UNKNOWN. */
  partitions(topic: string): readonly PartitionLog[]
  partition(at: TopicPartition): PartitionLog
  nextEpoch(): number
  /** A segment that is in the log, when it is opened: those of a partition in their order. False when nobody needs it any more; throws C4A_STORE_CORRUPT when one before it is missing. */
  found(block: number, segment: Segment): boolean
}

/** Reads what exists; records are found by `found`. */
export async function logContents(
  { commits, reader }: SideTables,
  windows: LogWindows,
  cache: TailCache,
  room: FrameRoom,
): Promise<LogContents> {
  const specs = new Map<string, TopicSpec>()
  const topics = new Map<string, PartitionLog[]>()
  const byId = new Map<number, PartitionLog>()
  let lastId = 0

  for (const row of reader.prepare('SELECT * FROM topics').all()) {
    const spec: TopicSpec = {
      name: String(row['name']),
      partitions: Number(row['partitions']),
      cleanup: row['cleanup'] === 'compact' ? 'compact' : 'delete',
      retentionMs: Number(row['retention_ms']),
    }
    specs.set(spec.name, spec)
    topics.set(spec.name, [])
  }
  for (const row of reader.prepare('SELECT * FROM partitions ORDER BY topic, partition').all()) {
    add(rowOf(row))
  }
  const kept = reader.prepare("SELECT value FROM counters WHERE name = 'epoch'").get()
  let epoch = Number(kept?.['value'] ?? 0)
  let epochsReserved = epoch
  await reserveEpochs()

  function add(row: PartitionRow): void {
    lastId = Math.max(lastId, row.id)
    const place = new PartitionLog(row, reader, windows, cache, room)
    byId.set(row.id, place)
    topics.get(row.topic)?.push(place)
  }

  async function reserveEpochs(): Promise<void> {
    epochsReserved += epochBlock
    const sql = "INSERT OR REPLACE INTO counters (name, value) VALUES ('epoch', ?)"
    await commits.write([{ sql, params: [epochsReserved] }])
  }

  function partitions(topic: string): readonly PartitionLog[] {
    const found = topics.get(topic)
    if (!found) throw logFaults.topicUnknown(topic, topics.keys())
    return found
  }

  let ensuring: Promise<void> = Promise.resolve()

  async function ensure(wanted: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions: count } of wanted) {
      const has = specs.get(name)?.partitions ?? count
      if (has !== count) throw logFaults.topicMismatch(name, has, count)
      if (!Number.isInteger(count) || count < 1) throw logFaults.badPartitions(name, count)
    }
    const created: PartitionRow[] = []
    const statements = wanted.flatMap((spec) => {
      const row = specs.has(spec.name) ? [] : newPartitions(spec, lastId + created.length)
      created.push(...row)
      return [topicStatement(spec), ...row.map(partitionStatement)]
    })
    if (statements.length > 0) await commits.write(statements)
    for (const spec of wanted) {
      specs.set(spec.name, spec)
      if (!topics.has(spec.name)) topics.set(spec.name, [])
    }
    for (const row of created) add(row)
  }

  return {
    specs,
    ensureTopics(wanted) {
      // One after another: two at once would both create the same topic.
      const ensured = ensuring.then(() => ensure(wanted))
      ensuring = ensured.catch(() => {})
      return ensured
    },
    find: (topic) => topics.get(topic),
    place: (id) => byId.get(id),
    partitions,
    partition(at) {
      const all = partitions(at.topic)
      const found = all[at.partition]
      if (!found) throw logFaults.partitionUnknown(at, all.length)
      return found
    },
    nextEpoch() {
      epoch += 1
      if (epochsReserved - epoch === epochBlock / 2) void reserveEpochs().catch(() => {})
      return epoch
    },
    found(block, segment) {
      const place = byId.get(segment.place)
      if (!place || segment.last < place.floor) return false
      const expected = (place.index.last() ?? segment.first - 1) + 1
      if (expected !== segment.first)
        throw damaged(place.topic, place.partition, expected, segment.first - 1)
      place.added(block, segment)
      return true
    },
  }
}

function newPartitions({ name, partitions }: TopicSpec, lastId: number): PartitionRow[] {
  return Array.from({ length: partitions }, (_, partition) => ({
    id: lastId + 1 + partition,
    topic: name,
    partition,
    earliest: 0,
    next: 0,
    cleaned_to: 0,
    cleaned_records: 0,
    compacted_to: 0,
  }))
}

function topicStatement({ name, partitions, cleanup, retentionMs }: TopicSpec): Statement {
  return {
    sql: `INSERT INTO topics (name, partitions, cleanup, retention_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET cleanup = excluded.cleanup, retention_ms = excluded.retention_ms`,
    params: [name, partitions, cleanup, retentionMs],
  }
}

function partitionStatement({ id, topic, partition }: PartitionRow): Statement {
  const sql = 'INSERT INTO partitions (id, topic, partition) VALUES (?, ?, ?)'
  return { sql, params: [id, topic, partition] }
}

function rowOf(row: Record<string, unknown>): PartitionRow {
  return {
    id: Number(row['id']),
    topic: String(row['topic']),
    partition: Number(row['partition']),
    earliest: Number(row['earliest']),
    next: Number(row['next']),
    cleaned_to: Number(row['cleaned_to']),
    cleaned_records: Number(row['cleaned_records']),
    compacted_to: Number(row['compacted_to']),
  }
}
