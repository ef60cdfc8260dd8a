import { readFileSync } from 'node:fs'
import { Chat4AllError } from '../topology/contract/errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment with what its `C4A_..._FILE` variables name: `C4A_ID_SECRET_FILE=/run/secrets/id` sets
 * C4A_ID_SECRET to what the file holds, without a line end at its end. So secrets need not stand in an
 * environment, which child processes and crash reports show. Throws C4A_SETTING_INVALID.
 */
export function withFiles(environment: Environment): Environment {
  const all: Record<string, string | undefined> = { ...environment }
  for (const [name, file] of Object.entries(environment)) {
    const [, setting] = /^(C4A_[A-Z0-9_]+)_FILE$/.exec(name) ?? []
    if (setting === undefined || !file) continue
    if (environment[setting]) {
      throw new Chat4AllError('C4A_SETTING_INVALID', {
        what: `Settings ${setting} and ${name}`,
        why: 'both are set, and only one can hold',
        todo: 'Unset one of them',
      })
    }
    all[setting] = contentOf(name, file)
  }
  return all
}

function contentOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new Chat4AllError(
      'C4A_SETTING_INVALID',
      {
        what: `Setting ${name}`,
        why: cause instanceof Error ? cause.message : String(cause),
        todo: 'Name a file that this user can read',
      },
      { cause },
    )
  }
}
