import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Chat4AllError } from '../../topology/contract/errors.ts'

/**
 * The secret kept in a file of mode 0600, made on first use. `fresh` tells that it was made now, the only
 * time it may be shown.
 */
export function keptSecret(
  file: string,
  make: () => string = () => randomBytes(32).toString('base64url'),
): { readonly value: string; readonly fresh: boolean } {
  try {
    return { value: readFileSync(file, 'utf8').trim(), fresh: false }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw unreadable(file, error)
    }
  }
  const value = make()
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // `wx`: a second process that starts now must not get another secret.
  writeFileSync(file, `${value}\n`, { mode: 0o600, flag: 'wx' })
  return { value, fresh: true }
}

function unreadable(file: string, cause: unknown): Chat4AllError {
  return new Chat4AllError(
    'C4A_SETTING_INVALID',
    {
      what: `The secret in '${file}' cannot be read`,
      why: cause instanceof Error ? cause.message : String(cause),
      todo: 'Let this user read the file, or choose another folder (C4A_DATA_DIR)',
    },
    { cause },
  )
}
