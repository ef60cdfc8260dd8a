import { join } from 'node:path'
import { Chat4AllError } from '../../contract/errors.ts'
import { lockFolder } from './folder-lock.ts'
import { type GroupCommit, groupCommit } from './group-commit.ts'
import { DatabaseSync } from './node-sqlite.ts'
import type { Writer } from './statement.ts'
import { threadWriter } from './thread-writer.ts'

/** The one SQLite file of a data folder: the log, and whatever must be durable together with it. */
export interface LogDatabase {
  readonly folder: string
  readonly commits: GroupCommit
  /** For reading only: it sees what is committed. Never leave a read open: it would keep the WAL from shrinking. */
  readonly reader: DatabaseSync
  /** Waits for commits under way, then closes the file and unlocks the folder. */
  close(): Promise<void>
}

/**
 * Opens or creates `log.sqlite` in the folder. Throws C4A_CONFLICT when another process has it open, C4A_STORE_CORRUPT when it
 * cannot be opened.
 */
export async function openLogDatabase(
  folder: string,
  openWriter: (path: string) => Promise<Writer> = threadWriter,
): Promise<LogDatabase> {
  const unlock = lockFolder(folder)
  const path = join(folder, 'log.sqlite')
  try {
    const writer = await openWriter(path)
    const reader = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    const commits = groupCommit(writer)
    let closed: Promise<void> | null = null
    return {
      folder,
      commits,
      reader,
      close() {
        closed ??= (async () => {
          await commits.idle()
          // The writer last: whoever closes last takes the WAL into the file and removes it.
          reader.close()
          await writer.close()
          unlock()
        })()
        return closed
      },
    }
  } catch (cause) {
    unlock()
    const why = typeof cause === 'object' && cause && 'message' in cause ? cause.message : cause
    throw new Chat4AllError(
      'C4A_STORE_CORRUPT',
      {
        what: `The log in '${path}' cannot be opened`,
        why: String(why),
        todo: 'Restore the folder from a backup, or use the program version that wrote it',
      },
      { cause },
    )
  }
}
