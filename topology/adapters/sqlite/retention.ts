import type { GroupCommit } from './group-commit.ts'
import type { PartitionLog } from './partition-log.ts'

/** One step deletes at most this much, so that appends never wait long behind it. */
const batchesPerStep = 200
const bytesPerStep = 4 * 1024 * 1024

/** Deletes the oldest batches whose records are all older than `oldestMs`: whole batches, from the start, until one is young enough. */
export async function retention(
  place: PartitionLog,
  oldestMs: number,
  commits: GroupCommit,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let end = place.earliest
    let bytes = 0
    for (const head of place.batches.heads(place.earliest, batchesPerStep)) {
      if (head.maxMs >= oldestMs || bytes > bytesPerStep) break
      bytes += head.bytes
      end = head.last + 1
    }
    if (end === place.earliest) return
    // Readers turn to what is left at once: nothing is read that is about to go.
    place.earliest = end
    place.tail.dropBelow(end)
    await commits.write(
      [
        { sql: `DELETE FROM log_${place.id} WHERE base < ?`, params: [end] },
        {
          // An empty log must still know its end after a restart.
          sql: 'UPDATE partitions SET earliest = ?, next = max(next, ?) WHERE id = ?',
          params: [end, end, place.id],
        },
      ],
      { relaxed: true },
    )
  }
}
