import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestContext } from 'node:test'
import {
  type DataFolderOptions,
  openDataFolder,
} from '../../../topology/adapters/file-log/data-folder.ts'
import {
  type FileBrokerOptions,
  fileBroker,
} from '../../../topology/adapters/file-log/file-broker.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'

/** A data folder that is gone after the test. */
export async function logFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-log-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** What a kill at this moment would leave of a folder that is open, in another one. */
export async function copied(t: TestContext, folder: string): Promise<string> {
  const copy = await logFolder(t)
  await cp(folder, copy, { recursive: true, filter: (path) => basename(path) !== 'lock' })
  return copy
}

/** A broker on the folder; it is closed after the test, if it was not before. */
export async function openLog(
  t: TestContext,
  folder: string,
  options: FileBrokerOptions & DataFolderOptions = {},
) {
  const data = await openDataFolder(folder, options)
  const broker = fileBroker(data, systemClock, options)
  const close = async () => {
    await broker.close()
    await data.close()
  }
  t.after(close)
  return { broker, data, close }
}
