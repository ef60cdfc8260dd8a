import type { GroupCommit } from './group-commit.ts'
import type { LogRows } from './log-rows.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Segment } from './segment-codec.ts'
import type { Statement } from './statement.ts'

/** One step deletes at most this many rows, so that appends never wait long behind it. */
const rowsPerStep = 500

/** Removes rows of the log in which no partition has anything left that it needs. */
export interface LogTrim {
  /** The partition's floor has moved, which the statements make durable: removes, with them, the rows of which it was the last user. */
  below(place: PartitionLog, commits: GroupCommit, statements: readonly Statement[]): Promise<void>
  /** Called for each row when the log is opened. */
  found(row: number, segments: readonly Segment[]): void
}

export function logTrim(rows: LogRows, find: (id: number) => PartitionLog | undefined): LogTrim {
  /** Nobody needs them; they stay here until they are removed from the file. */
  const idle = new Set<number>()

  const needed = ({ place, last }: Segment) => last >= (find(place)?.floor ?? last + 1)

  return {
    found(row, segments) {
      if (!segments.some(needed)) idle.add(row)
    },

    async below(place, commits, statements) {
      for (const row of place.index.dropBelow(place.floor)) {
        const segments = rows.segments(row)
        // A row that cannot be read is left: another partition may still have to tell of it.
        if (segments && !segments.some(needed)) idle.add(row)
      }
      const gone = [...idle].slice(0, rowsPerStep)
      const sql = 'DELETE FROM log WHERE id IN (SELECT value FROM json_each(?))'
      const removal = gone.length > 0 ? [{ sql, params: [JSON.stringify(gone)] }] : []
      await commits.write([...statements, ...removal], { relaxed: true })
      for (const row of gone) idle.delete(row)
    },
  }
}
