import type { NewRecord, Position, StoredRecord } from '../../contract/record.ts'
import type { Broker, Consumer, ReadOptions } from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import { arrivals } from '../embedded/arrivals.ts'
import { groupCoordinator } from '../embedded/group-coordinator.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { recordBytes } from '../embedded/record-bytes.ts'
import { partitionOf } from '../partitioner.ts'
import type { Checked } from './append-buffer.ts'
import { cleaner } from './cleaner.ts'
import { committedOffsets } from './committed-offsets.ts'
import type { DataFolder } from './data-folder.ts'
import type { PartitionLog } from './partition-log.ts'

export interface FileBrokerOptions {
  /** The longest record (value, key and headers) in bytes; the default is 1 MiB, as Kafka's. */
  readonly maxRecordBytes?: number
  /** More bytes than this not yet durable, and appends are refused; the default is 256 MiB. */
  readonly maxPendingBytes?: number
  /** How often retention and compaction look for work; the default is 30,000 ms. */
  readonly cleanEveryMs?: number
  /** A partition is compacted when so many records are new, and at least as many as compaction left last time; the default is 1,000. */
  readonly compactEvery?: number
  /** How long compaction keeps tombstones; the default is a day. Milliseconds. */
  readonly tombstonesMs?: number
  /** Told of what nobody awaits: a batch that cannot be read, a listener that failed. By default a process warning. */
  readonly report?: (error: unknown) => void
}

/** One read outside a group takes at most this much at once. */
const maxReadBytes = 16 * 1024 * 1024

/** The durable log in files of its own. The folder stays open after `close`: others may live in it. One broker for a folder that was opened. */
export function fileBroker(
  data: DataFolder,
  clock: Clock,
  options: FileBrokerOptions = {},
): Broker {
  const { maxRecordBytes = 1024 * 1024, maxPendingBytes = 256 * 1024 * 1024 } = options
  const report = options.report ?? warn
  const { contents: log, appends } = data
  const offsets = committedOffsets(data.tables.reader, data.notes)
  const waits = arrivals(clock)
  const consumers = new Set<Consumer>()
  let closed = false

  const groups = groupCoordinator({
    clock,
    partitions: (topic) => log.find(topic)?.length,
    earliest: (topic, partition) => log.find(topic)?.[partition]?.earliest ?? 0,
    next: (topic, partition) => log.find(topic)?.[partition]?.next ?? 0,
    fetch: (topic, partition, from, maxRecords, maxBytes) =>
      log.partition({ topic, partition }).fetch(from, maxRecords, maxBytes),
    nextEpoch: log.nextEpoch,
    committed: offsets.offset,
    handedOver({ topic, partition }) {
      const place = log.partition({ topic, partition })
      place.tail.dropBelow(groups.readFrom(topic, partition))
    },
    report,
  })
  appends.onDurable(({ topic, partition }) => {
    waits.wake(topic, partition)
    return groups.wake(topic, partition)
  })
  const cleaning = cleaner(data, clock, options, report)

  function open(): void {
    if (closed) throw logFaults.unreachable('The log is not available', 'it was closed')
  }

  /** All are checked before the first gets its offset. */
  function checked(records: readonly NewRecord[]): Checked {
    // As long as it will be: one that grows takes room for sixteen more, and most calls bring one record.
    const places = new Array<PartitionLog>(records.length)
    let before: string | null = null
    let all: readonly PartitionLog[] = []
    let nth = 0
    for (const record of records) {
      const { topic, key, partition, inPlace } = record
      // At most, where the value is not made yet.
      if (recordBytes(record, inPlace?.bound) > maxRecordBytes) mustFit(record, maxRecordBytes)
      if (topic !== before) all = log.partitions(topic)
      before = topic
      const place = all[partition ?? partitionOf(key, all.length)]
      if (!place) throw logFaults.partitionUnknown({ topic, partition: partition ?? 0 }, all.length)
      places[nth++] = place
    }
    return { records, places }
  }

  async function read(from: Position, { maxRecords, maxWaitMs }: ReadOptions) {
    const place = log.partition(from)
    const untilMs = clock.now() + maxWaitMs
    let at = from.offset
    for (;;) {
      const { records, next } = place.fetch(at, maxRecords, maxReadBytes)
      if (records.length > 0) return records
      at = next
      if (at < place.next) continue
      const leftMs = untilMs - clock.now()
      if (leftMs <= 0 || closed) return nothing
      await waits.wait(from.topic, from.partition, leftMs)
    }
  }

  return {
    async ensureTopics(specs) {
      open()
      await log.ensureTopics(specs)
    },

    async topics() {
      return [...log.specs.values()]
    },

    append(records) {
      try {
        open()
        if (appends.pendingBytes() > maxPendingBytes) {
          const why = `${maxPendingBytes} bytes wait for the disk`
          throw logFaults.unreachable('The log is behind', why)
        }
        if (records.length === 0) return Promise.resolve([])
        return appends.append(checked(records), clock.now())
      } catch (error) {
        return Promise.reject(error)
      }
    },

    async subscribe(wanted, listener) {
      open()
      for (const topic of wanted.topics) log.partitions(topic)
      const { consumer } = groups.join(wanted, listener, offsets.commit)
      consumers.add(consumer)
      return {
        pause: consumer.pause,
        resume: consumer.resume,
        commit: consumer.commit,
        lastContactMs: consumer.lastContactMs,
        async close() {
          await consumer.close()
          consumers.delete(consumer)
        },
      }
    },

    async read(from, readOptions) {
      open()
      return read(from, readOptions)
    },

    async ends(topic) {
      return log
        .partitions(topic)
        .map(({ partition, earliest, next }) => ({ topic, partition, earliest, next }))
    },

    async offsetsAt(topic, timestampMs) {
      return log.partitions(topic).map((each) => {
        const { partition, earliest } = each
        const offset = each.stored.offsetAt(timestampMs, earliest) ?? each.next
        return { topic, partition, offset }
      })
    },

    async committed(group) {
      return offsets.of(group)
    },

    async setOffsets(group, positions) {
      open()
      const members = groups.members(group)
      if (members > 0) throw logFaults.groupActive(group, members)
      for (const position of positions) log.partition(position)
      await offsets.commit(group, positions)
    },

    async close() {
      if (closed) return
      await Promise.all([...consumers].map((consumer) => consumer.close()))
      closed = true
      await cleaning.stop()
      waits.end()
      await appends.idle()
    },
  }
}

const nothing: readonly StoredRecord[] = []

function mustFit(record: NewRecord, maxBytes: number): void {
  const bytes = recordBytes(record)
  if (bytes > maxBytes) throw logFaults.tooLarge(record.topic, bytes, maxBytes)
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
