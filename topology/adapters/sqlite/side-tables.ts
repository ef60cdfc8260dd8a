import { type GroupCommit, groupCommit } from './group-commit.ts'
import { DatabaseSync } from './node-sqlite.ts'
import type { Writer } from './statement.ts'
import { threadWriter } from './thread-writer.ts'

/** The one SQLite file of a data folder: what stands beside the log's records, written by one thread. */
export interface SideTables {
  readonly commits: GroupCommit
  /** For reading only: it sees what is committed. Never leave a read open: it would keep the WAL from shrinking. */
  readonly reader: DatabaseSync
  /** What is kept under a name; 0 where nothing is. */
  counter(name: string): number
  /** Waits for commits under way. */
  close(): Promise<void>
}

/** Opens or creates the file. Throws what SQLite says. */
export async function openSideTables(
  path: string,
  openWriter: (path: string) => Promise<Writer> = threadWriter,
): Promise<SideTables> {
  const writer = await openWriter(path)
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  const commits = groupCommit(writer)
  return {
    commits,
    reader,
    counter(name) {
      const row = reader.prepare('SELECT value FROM counters WHERE name = ?').get(name)
      return Number(row?.['value'] ?? 0)
    },
    async close() {
      await commits.idle()
      // The writer last: whoever closes last takes the WAL into the file and removes it.
      reader.close()
      await writer.close()
    },
  }
}
