import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Chat4AllError } from '../../contract/errors.ts'
import { DatabaseSync } from './node-sqlite.ts'

/**
 * Makes this process the only one on a data folder; the function returned gives it free. The lock is the operating
 * system's, held through SQLite, so it is gone with the process however that ends. Creates the folder. Throws C4A_CONFLICT.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw new Chat4AllError(
      'C4A_CONFLICT',
      {
        what: `The data folder '${folder}' is in use`,
        why: 'another process has its log open',
        todo: 'Stop that process, or choose another folder (C4A_DATA_DIR)',
      },
      { cause },
    )
  }
  return () => lock.close()
}
