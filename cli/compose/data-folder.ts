import { accessSync, constants, mkdirSync } from 'node:fs'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/** Makes the folder that everything is kept in, for its owner only. Throws C4A_SETTING_INVALID. */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_SETTING_INVALID',
      {
        what: `The data folder '${folder}' cannot be used`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Set C4A_DATA_DIR to a folder that this user may write to',
      },
      { cause },
    )
  }
}
