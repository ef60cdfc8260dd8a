import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type LogDatabase, openLogDatabase } from '../../topology/adapters/sqlite/log-database.ts'
import type { Reopening } from '../conformance/reopening.ts'

/** Stores over the real log database, in a new folder for each test. */
export function overLogDatabase<Port>(
  open: (database: LogDatabase) => Promise<Port>,
): Reopening<Port> {
  let folder = ''
  let database: LogDatabase | undefined

  async function start(t: TestContext): Promise<Port> {
    const opened = await openLogDatabase(folder)
    database = opened
    t.after(() => opened.close())
    return open(opened)
  }

  return {
    async fresh(t) {
      const parent = await mkdtemp(join(tmpdir(), 'c4a-store-'))
      folder = parent
      const store = await start(t)
      t.after(() => rm(parent, { recursive: true, force: true }))
      return store
    },
    async reopened(t) {
      await database?.close()
      return start(t)
    },
  }
}
