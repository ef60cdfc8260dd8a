import { setImmediate as turn } from 'node:timers/promises'
import type { StoredRecord } from '../../contract/record.ts'
import type { GroupCommit } from '../sqlite/group-commit.ts'
import { compactedTable } from '../sqlite/prepare-database.ts'
import type { Statement } from '../sqlite/statement.ts'
import { checksum } from './block-codec.ts'
import { encodeFrames, frameBound, headerTextOf } from './frame-codec.ts'
import type { PartitionLog } from './partition-log.ts'
import type { BatchRun } from './partition-reader.ts'

/** One step reads and rewrites at most this much (or one batch): about a millisecond of the event loop. */
const batchesPerStep = 200
const bytesPerStep = 256 * 1024
/** The index of one pass; what it does not reach waits for the next. */
const keysPerPass = 1_000_000

/**
 * Keeps the last record of each key, and tombstones that are not older than `tombstonesBeforeMs`. As Kafka's cleaner
 * does it: an index of the last offset of each key in what is new, then a pass over the whole partition which
 * rewrites batches without what the index knows to be outdated, and moves what is new from the log into the partition's own
 * table. Offsets stay; small batches are joined. A kill between two steps leaves a log that is compacted up to there.
 */
export async function compaction(
  place: PartitionLog,
  tombstonesBeforeMs: number,
  commits: GroupCommit,
  signal: AbortSignal,
): Promise<void> {
  const index = await lastOffsets(place, signal)
  let kept = 0
  for (let from = place.earliest; from < index.end && !signal.aborted; await turn()) {
    const run = place.stored.run(from, index.end, batchesPerStep, bytesPerStep)
    if (!run) break
    const moving = run.base >= place.cleanedTo
    const living = run.records.filter(
      ({ key, offset, value, timestampMs }) =>
        (index.last.get(key) ?? offset) <= offset &&
        (value !== null || timestampMs >= tombstonesBeforeMs),
    )
    if (moving) {
      const statements = [...rewritten(place, run, living), movedTo(place, run.last + 1)]
      await commits.write(statements, { relaxed: true })
      place.cleanedTo = run.last + 1
    } else if (run.batches > 1 || living.length < run.records.length) {
      await commits.write(rewritten(place, run, living), { relaxed: true })
    }
    kept += living.length
    from = run.last + 1
  }
  if (signal.aborted) return
  place.cleanedRecords = kept
  // From here on the records below are read from the file, without what was removed.
  place.tail.dropBelow(place.cleanedTo)
  const sql = 'UPDATE partitions SET cleaned_records = ? WHERE id = ?'
  place.index.dropBelow(place.floor)
  await commits.write([{ sql, params: [kept, place.id] }], { relaxed: true })
}

function movedTo({ id }: PartitionLog, end: number): Statement {
  return { sql: 'UPDATE partitions SET cleaned_to = ? WHERE id = ?', params: [end, id] }
}

async function lastOffsets(place: PartitionLog, signal: AbortSignal) {
  const last = new Map<string, number>()
  let end = Math.max(place.cleanedTo, place.earliest)
  const target = place.next
  while (end < target && last.size < keysPerPass && !signal.aborted) {
    const run = place.stored.run(end, target, batchesPerStep, bytesPerStep)
    if (!run) break
    for (const { key, offset } of run.records) last.set(key, offset)
    end = run.last + 1
    await turn()
  }
  return { last, end }
}

/** One batch with the living records in the place of the batches read; none when nothing lives. */
function rewritten(
  place: PartitionLog,
  run: BatchRun,
  living: readonly StoredRecord[],
): Statement[] {
  const statements: Statement[] = [
    { sql: compactedTable(place.id), params: [] },
    {
      sql: `DELETE FROM compacted_${place.id} WHERE base BETWEEN ? AND ?`,
      params: [run.base, run.lastBase],
    },
    {
      // Should the end of the log be removed, the next offset must not be given out again.
      sql: 'UPDATE partitions SET next = max(next, ?) WHERE id = ?',
      params: [run.last + 1, place.id],
    },
  ]
  const base = living[0]?.offset
  if (base === undefined) return statements
  const headers = living.map((record) => headerTextOf(record.headers))
  const bound = living.reduce(
    (sum, { key, value }, nth) => sum + frameBound(key, headers[nth] ?? '', value),
    0,
  )
  const buffer = Buffer.allocUnsafe(bound)
  const bytes = buffer.subarray(0, encodeFrames(buffer, 0, base, living, headers))
  statements.push({
    sql: `INSERT INTO compacted_${place.id} (base, last, ceil_ms, crc, frames) VALUES (?, ?, ?, ?, ?)`,
    params: [base, run.last, run.ceilMs, checksum(bytes), Uint8Array.from(bytes)],
  })
  return statements
}
