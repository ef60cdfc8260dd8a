import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type DataFolder, openDataFolder } from '../../topology/adapters/file-log/data-folder.ts'
import type { Reopening } from '../conformance/reopening.ts'

/** Stores over a real data folder, in a new folder for each test. */
export function overDataFolder<Port>(open: (data: DataFolder) => Promise<Port>): Reopening<Port> {
  let folder = ''
  let data: DataFolder | undefined

  async function start(t: TestContext): Promise<Port> {
    const opened = await openDataFolder(folder)
    data = opened
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
      await data?.close()
      return start(t)
    },
  }
}
