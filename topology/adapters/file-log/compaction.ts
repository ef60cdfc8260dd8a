import { setImmediate as turn } from 'node:timers/promises'
import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { PartitionLog } from './partition-log.ts'
import { rewrite } from './rewrite.ts'

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
    const living = run.records.filter(
      ({ key, offset, value, timestampMs }) =>
        (index.last.get(key) ?? offset) <= offset &&
        (value !== null || timestampMs >= tombstonesBeforeMs),
    )
    const moving = run.base >= place.cleanedTo
    if (moving || run.batches > 1 || living.length < run.records.length) {
      await rewrite(place, run, living, commits)
    }
    kept += living.length
    from = run.last + 1
  }
  if (signal.aborted) return
  place.cleanedRecords = kept
  place.compactedTo = index.end
  // From here on the records below are read from the file, without what was removed.
  place.tail.dropBelow(place.cleanedTo)
  place.index.dropBelow(place.floor)
  const sql = 'UPDATE partitions SET cleaned_records = ?, compacted_to = ? WHERE id = ?'
  await commits.write([{ sql, params: [kept, index.end, place.id] }], { relaxed: true })
}

async function lastOffsets(place: PartitionLog, signal: AbortSignal) {
  const last = new Map<string, number>()
  let end = Math.max(place.compactedTo, place.earliest)
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
