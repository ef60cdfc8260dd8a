import { setImmediate as turn } from 'node:timers/promises'
import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { PartitionLog } from './partition-log.ts'
import { rewrite } from './rewrite.ts'

/** One step reads and rewrites at most this much (or one batch): about a millisecond of the event loop. */
const batchesPerStep = 200
const bytesPerStep = 256 * 1024

/** Moves what the log has of a partition below an offset into the partition's own table, as it is. */
export async function moveOut(
  place: PartitionLog,
  below: number,
  commits: GroupCommit,
  signal: AbortSignal,
): Promise<void> {
  for (let from = place.floor; from < below && !signal.aborted; await turn()) {
    const run = place.stored.run(from, below, batchesPerStep, bytesPerStep)
    if (!run) break
    await rewrite(place, run, run.records, commits)
    from = run.last + 1
  }
  place.index.dropBelow(place.floor)
}
