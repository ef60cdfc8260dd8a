import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openLogDatabase } from '../../../topology/adapters/sqlite/log-database.ts'
import {
  type SqliteBrokerOptions,
  sqliteBroker,
} from '../../../topology/adapters/sqlite/sqlite-broker.ts'
import type { Writer } from '../../../topology/adapters/sqlite/statement.ts'
import { systemClock } from '../../../topology/adapters/system-clock.ts'

/** A data folder that is gone after the test. */
export async function logFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-log-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** A broker on the folder; it is closed after the test, if it was not before. */
export async function openLog(
  t: TestContext,
  folder: string,
  options: SqliteBrokerOptions = {},
  openWriter?: (path: string) => Promise<Writer>,
) {
  const database = await openLogDatabase(folder, openWriter)
  const broker = await sqliteBroker(database, systemClock, options)
  const close = async () => {
    await broker.close()
    await database.close()
  }
  t.after(close)
  return { broker, database, close }
}
