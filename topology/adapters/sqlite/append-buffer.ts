import type { NewRecord, Position, StoredRecord } from '../../contract/record.ts'
import { logFaults } from '../embedded/log-faults.ts'
import { checksum, encodeFrames, type Framed, frameBound } from './frame-codec.ts'
import type { GroupCommit } from './group-commit.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Statement, Write } from './statement.ts'

/** A batch row holds at most this much: it is the least that a reader of old records must read. */
const batchRecords = 2000
const batchBytes = 512 * 1024

/** A record checked and placed, ready to be appended. */
export interface Placed {
  readonly record: NewRecord
  readonly headerText: string
  readonly place: PartitionLog
}

/** Gathers concurrent appends into one commit: one row per partition, whoever appended. */
export interface AppendBuffer {
  append(placed: readonly Placed[], nowMs: number): Promise<readonly Position[]>
  /** Bytes appended and not yet durable. */
  pendingBytes(): number
}

interface Call {
  readonly positions: readonly Position[]
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: unknown) => void
}

interface Group {
  readonly calls: Call[]
  readonly places: PartitionLog[]
  bytes: number
}

/** `durable` is told of each partition that has new records, before the appends resolve. */
export function appendBuffer(
  commits: GroupCommit,
  durable: (place: PartitionLog) => void,
): AppendBuffer {
  let gathering: Group = { calls: [], places: [], bytes: 0 }
  let underWay = 0
  const scratch = sharedScratch()

  async function commit(): Promise<void> {
    let group = gathering
    const batches: { place: PartitionLog; frames: readonly Framed[]; bytes: number }[] = []
    try {
      await commits.writeLate(() => {
        group = gathering
        gathering = { calls: [], places: [], bytes: 0 }
        underWay += group.bytes
        for (const place of group.places) {
          batches.push({ place, frames: place.pending, bytes: 0 })
          place.pending = []
        }
        return encoded(batches, scratch.take(group.bytes))
      })
    } catch (cause) {
      return lost(group, cause)
    }
    underWay -= group.bytes
    for (const { place, frames, bytes } of batches) {
      const records = frames.map(({ record }) => record)
      place.next = (records.at(-1)?.offset ?? place.next - 1) + 1
      place.tail.add(records, bytes)
      durable(place)
    }
    for (const { resolve, positions } of group.calls) resolve(positions)
  }

  /** Later appends have offsets that follow the lost ones, so they go with them. */
  function lost(group: Group, cause: unknown): void {
    const after = gathering
    if (after !== group) {
      underWay -= group.bytes
      gathering = { calls: [], places: [], bytes: 0 }
    } else {
      gathering = { calls: [], places: [], bytes: 0 }
    }
    for (const place of [...group.places, ...after.places]) {
      place.pending = []
      place.assigned = place.next
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    const error = logFaults.unreachable('The log took nothing', why, cause)
    for (const { reject } of group.calls) reject(error)
    if (after !== group) for (const { reject } of after.calls) reject(error)
  }

  return {
    pendingBytes: () => gathering.bytes + underWay,

    append(placed, nowMs) {
      const positions: Position[] = []
      const group = gathering
      for (const { record, headerText, place } of placed) {
        const { key, value, headers, timestampMs = nowMs } = record
        const { topic, partition } = place
        const offset = place.assigned
        place.assigned += 1
        if (place.pending.length === 0) group.places.push(place)
        const stored = { topic, partition, offset, key, value, headers, timestampMs }
        place.pending.push({ record: stored, headerText })
        group.bytes += frameBound(key, headerText, value)
        positions.push({ topic, partition, offset })
      }
      return new Promise((resolve, reject) => {
        group.calls.push({ positions, resolve, reject })
        if (group.calls.length === 1) void commit()
      })
    },
  }
}

function encoded(
  batches: { readonly place: PartitionLog; readonly frames: readonly Framed[]; bytes: number }[],
  buffer: Buffer,
): Write {
  const write: Statement[] = []
  let at = 0
  for (const batch of batches) {
    const start = at
    for (const frames of rows(batch.frames)) {
      const end = encodeFrames(buffer, at, frames[0]?.record.offset ?? 0, frames)
      write.push(insertion(batch.place, frames, buffer.subarray(at, end)))
      at = end
    }
    batch.bytes = at - start
  }
  return write
}

/** Larger groups get memory of their own, which is let go afterwards. */
const keptScratchBytes = 16 * 1024 * 1024

/**
 * Memory that the writer's thread reads where it is: nothing is copied or given away, and no fresh pages are touched for every
 * commit (that was a sixth of its cost). One piece is enough, because a commit is put together when none is under way.
 */
function sharedScratch() {
  let kept = Buffer.from(new SharedArrayBuffer(1024 * 1024))
  return {
    take(bytes: number): Buffer {
      if (bytes <= kept.byteLength) return kept
      const size = 2 ** Math.ceil(Math.log2(bytes))
      const larger = Buffer.from(new SharedArrayBuffer(size))
      if (size <= keptScratchBytes) kept = larger
      return larger
    },
  }
}

function insertion(place: PartitionLog, frames: readonly Framed[], bytes: Uint8Array): Statement {
  let maxMs = 0
  for (const { record } of frames) maxMs = Math.max(maxMs, Math.floor(record.timestampMs))
  place.ceilMs = Math.max(place.ceilMs, maxMs)
  const base = frames[0]?.record.offset ?? 0
  const last = frames.at(-1)?.record.offset ?? base
  return {
    sql: place.insertSql,
    params: [base, last, maxMs, place.ceilMs, checksum(bytes), bytes],
  }
}

/** Cuts what is too much for one row; nearly always one piece. */
function* rows(frames: readonly Framed[]): Iterable<readonly Framed[]> {
  let start = 0
  let bytes = 0
  for (let i = 0; i < frames.length; i++) {
    const size: StoredRecord['value'] = frames[i]?.record.value ?? null
    bytes += size?.byteLength ?? 0
    if (i - start === batchRecords || (bytes > batchBytes && i > start)) {
      yield frames.slice(start, i)
      start = i
      bytes = size?.byteLength ?? 0
    }
  }
  yield start === 0 ? frames : frames.slice(start)
}
