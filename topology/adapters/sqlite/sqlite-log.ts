import type { Position, TopicPartition } from '../../contract/record.ts'
import type { TopicSpec } from '../../ports/broker.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { damaged } from './batch-source.ts'
import type { LogDatabase } from './log-database.ts'
import { type LogRows, logRows } from './log-rows.ts'
import { type LogTrim, logTrim } from './log-trim.ts'
import { offsetBuffer } from './offset-buffer.ts'
import { PartitionLog, type PartitionRow } from './partition-log.ts'
import type { Statement } from './statement.ts'
import { tailCache } from './tail-cache.ts'

/** So many epochs are reserved at once: one durable write per million assignments. */
const epochBlock = 1_000_000

/** Topics, partitions, committed offsets and epochs of a log database, held in memory and kept in step with it. */
export interface SqliteLog {
  readonly specs: ReadonlyMap<string, TopicSpec>
  readonly rows: LogRows
  readonly trim: LogTrim
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  /** Undefined for a topic that does not exist. */
  find(topic: string): readonly PartitionLog[] | undefined
  /** Throws C4A_TOPIC_UNKNOWN. */
  partitions(topic: string): readonly PartitionLog[]
  partition(at: TopicPartition): PartitionLog
  committed(group: string): readonly Position[]
  committedOffset(group: string, topic: string, partition: number): number | undefined
  commit(group: string, offsets: readonly Position[]): Promise<void>
  nextEpoch(): number
}

/** Reads what exists; of the records only where they stand. Throws C4A_STORE_CORRUPT when that cannot be read. */
export async function sqliteLog(
  { commits, reader }: LogDatabase,
  cacheBytes: number,
): Promise<SqliteLog> {
  const cache = tailCache(cacheBytes)
  const specs = new Map<string, TopicSpec>()
  const topics = new Map<string, PartitionLog[]>()
  const offsets = new Map<string, Map<string, Position>>()
  const byId = new Map<number, PartitionLog>()
  const rows = logRows(reader)
  const offsetCommits = offsetBuffer(commits)
  const trim = logTrim(rows, (id) => byId.get(id))
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
  rows.each((row, segments) => {
    trim.found(row, segments)
    for (const segment of segments) {
      const place = byId.get(segment.place)
      if (!place || segment.last < place.floor) continue
      const expected = (place.index.last() ?? segment.first - 1) + 1
      if (expected !== segment.first)
        throw damaged(place.topic, place.partition, expected, segment.first - 1)
      place.added(row, segment)
    }
  })
  for (const row of reader.prepare('SELECT * FROM offsets').all()) {
    const at = { topic: String(row['topic']), partition: Number(row['partition']) }
    remember(String(row['group']), [{ ...at, offset: Number(row['offset']) }])
  }
  const kept = reader.prepare("SELECT value FROM counters WHERE name = 'epoch'").get()
  let epoch = Number(kept?.['value'] ?? 0)
  let epochsReserved = epoch
  await reserveEpochs()

  function add(row: PartitionRow): void {
    lastId = Math.max(lastId, row.id)
    const place = new PartitionLog(row, reader, rows, cache)
    byId.set(row.id, place)
    topics.get(row.topic)?.push(place)
  }

  function remember(group: string, positions: readonly Position[]): void {
    const known = offsets.get(group) ?? new Map<string, Position>()
    offsets.set(group, known)
    for (const { topic, partition, offset } of positions) {
      known.set(`${partition}/${topic}`, { topic, partition, offset })
    }
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
    rows,
    trim,
    ensureTopics(wanted) {
      // One after another: two at once would both create the same topic.
      const ensured = ensuring.then(() => ensure(wanted))
      ensuring = ensured.catch(() => {})
      return ensured
    },
    find: (topic) => topics.get(topic),
    partitions,
    partition(at) {
      const all = partitions(at.topic)
      const found = all[at.partition]
      if (!found) throw logFaults.partitionUnknown(at, all.length)
      return found
    },
    committed: (group) => [...(offsets.get(group)?.values() ?? [])],
    committedOffset: (group, topic, partition) =>
      offsets.get(group)?.get(`${partition}/${topic}`)?.offset,
    async commit(group, positions) {
      // In memory at once: a partition that moves on meanwhile starts from here.
      remember(group, positions)
      await offsetCommits.commit(group, positions)
    },
    nextEpoch() {
      epoch += 1
      if (epochsReserved - epoch === epochBlock / 2) void reserveEpochs().catch(() => {})
      return epoch
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
  }
}
