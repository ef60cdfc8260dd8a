import type { StoredRecord } from '../../contract/record.ts'
import type { GroupCommit } from '../sqlite/group-commit.ts'
import { compactedTable } from '../sqlite/prepare-database.ts'
import type { Statement } from '../sqlite/statement.ts'
import { checksum } from './block-codec.ts'
import { encodeFrame, frameBound } from './frame-codec.ts'
import { frameMemory } from './frame-memory.ts'
import { HeaderWriter } from './header-writer.ts'
import type { PartitionLog } from './partition-log.ts'
import type { BatchRun } from './partition-reader.ts'

/** Puts one batch with the living records in the place of the batches read, into the partition's own table; none when nothing lives. */
export async function rewrite(
  place: PartitionLog,
  run: BatchRun,
  living: readonly StoredRecord[],
  commits: GroupCommit,
): Promise<void> {
  const moving = run.base >= place.cleanedTo
  const sql = 'UPDATE partitions SET cleaned_to = ? WHERE id = ?'
  const moved = moving ? [{ sql, params: [run.last + 1, place.id] }] : []
  await commits.write([...statements(place, run, living), ...moved], { relaxed: true })
  if (moving) place.cleanedTo = run.last + 1
}

function statements(
  place: PartitionLog,
  run: BatchRun,
  living: readonly StoredRecord[],
): Statement[] {
  const made: Statement[] = [
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
  if (base === undefined) return made
  const writer = new HeaderWriter()
  const bound = living.reduce(
    (sum, { key, value, headers }) => sum + frameBound(key, writer.next(headers), value),
    0,
  )
  const memory = frameMemory(bound)
  const end = living.reduce((at, { offset, key, value, headers, timestampMs }) => {
    writer.next(headers)
    return encodeFrame(memory, at, offset - base, key, value, writer, timestampMs)
  }, 0)
  const bytes = memory.bytes.subarray(0, end)
  made.push({
    sql: `INSERT INTO compacted_${place.id} (base, last, ceil_ms, crc, frames) VALUES (?, ?, ?, ?, ?)`,
    params: [base, run.last, run.ceilMs, checksum(bytes), Uint8Array.from(bytes)],
  })
  return made
}
