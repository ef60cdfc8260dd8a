import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workerSql } from '../../storage/adapters/pglite/worker-sql.ts'
import { postgresDirectory } from '../../storage/adapters/postgres/directory.ts'
import { postgresHistory } from '../../storage/adapters/postgres/history.ts'
import { postgresInbox } from '../../storage/adapters/postgres/inbox.ts'
import { recentDirectory } from '../../storage/adapters/recent/directory.ts'
import type { Directory } from '../../storage/ports/directory.ts'
import type { History } from '../../storage/ports/history.ts'
import type { Inbox } from '../../storage/ports/inbox.ts'

export interface Tables {
  readonly history: History
  readonly directory: Directory
  readonly inbox: Inbox
  /**
   * Resolves when the tables can be trusted: at once when they are the ones that were there before,
   * else after `rebuild` has filled the new ones.
   */
  ready(rebuild: (history: History) => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** The embedded PostgreSQL, opening in the background: the accept path does not wait for it. */
export function openTables(dataDir: string, say: (sentence: string) => void): Tables {
  const folder = join(dataDir, 'tables')
  const sql = workerSql({ folder, damaged: 'rebuild', log: say })
  const history = postgresHistory(sql)
  return {
    history,
    // The data folder is this process's alone, and so are the changes to its tables.
    directory: recentDirectory(postgresDirectory(sql)),
    inbox: postgresInbox(sql),
    async ready(rebuild) {
      const epoch = await history.epoch()
      const file = join(dataDir, 'tables-epoch')
      if (epoch === rememberedIn(file)) return
      await rebuild(history)
      mkdirSync(dataDir, { recursive: true })
      writeFileSync(file, epoch)
    },
    close: () => sql.close(),
  }
}

function rememberedIn(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null // never written, or lost: rebuilding once too often does no harm
  }
}
