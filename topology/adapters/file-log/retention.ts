import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { Statement } from '../sqlite/statement.ts'
import type { PartitionLog } from './partition-log.ts'

/** One step forgets at most this many batches, so that appends never wait long behind it. */
const batchesPerStep = 200

/** Forgets the oldest batches whose records are all older than `oldestMs`: whole batches, from the start, until one is young enough. */
export async function retention(
  place: PartitionLog,
  oldestMs: number,
  commits: GroupCommit,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let end = place.earliest
    let seen = 0
    for (const { last, ceilMs } of place.stored.batches(place.earliest)) {
      if (ceilMs >= oldestMs || seen === batchesPerStep) break
      seen += 1
      end = last + 1
    }
    if (end === place.earliest) return
    // Readers turn to what is left at once: nothing is read that is about to go.
    place.earliest = end
    place.tail.dropBelow(end)
    place.index.dropBelow(place.floor)
    await commits.write(forgotten(place, end), { relaxed: true })
  }
}

function forgotten({ id, cleanedTo }: PartitionLog, end: number): Statement[] {
  const statements: Statement[] = [
    {
      // An empty log must still know its end after a restart.
      sql: 'UPDATE partitions SET earliest = ?, next = max(next, ?) WHERE id = ?',
      params: [end, end, id],
    },
  ]
  // Moved out of the log, or compacted once: the topic was not always one that forgets by age.
  if (cleanedTo > 0) {
    statements.push({ sql: `DELETE FROM compacted_${id} WHERE base < ?`, params: [end] })
  }
  return statements
}
