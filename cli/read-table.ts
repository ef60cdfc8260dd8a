import { Chat4AllError } from '../topology/contract/errors.ts'
import type { Setting } from './setting.ts'

export type SettingTable = Readonly<Record<string, Setting<unknown>>>

/** What a table's settings are read to. */
export type SettingValues<Table extends SettingTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value : never
}

/**
 * Reads a table's settings. Throws C4A_SETTING_INVALID: with all that are missing at once, or naming the
 * variable and what it takes, never a secret's value.
 */
export function readTable<Table extends SettingTable>(
  table: Table,
  env: Readonly<Record<string, string | undefined>>,
): SettingValues<Table> {
  const missing = Object.values(table).filter(({ name, required }) => required && !env[name])
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ')
    throw new Chat4AllError('C4A_SETTING_INVALID', {
      what: `${missing.length === 1 ? 'Setting' : 'Settings'} ${names}`,
      why: `${missing.length === 1 ? 'it is' : 'they are'} not set, and there is no way without`,
      todo: `Set ${missing.length === 1 ? 'it' : 'them'}, or NAME_FILE to a file that holds the value; docs/settings.md says what each takes`,
    })
  }
  const entries = Object.entries(table).map(([key, setting]) => [key, settingOf(setting, env)])
  return Object.fromEntries(entries) as SettingValues<Table>
}

function settingOf(
  { name, fallback, read, expected, secret }: Setting<unknown>,
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  const given = env[name]
  const value = read(given === undefined || given === '' ? fallback : given)
  if (value !== undefined) return value
  throw new Chat4AllError('C4A_SETTING_INVALID', {
    what: `Setting ${name}`,
    why: `${secret ? 'its value' : `'${given}'`} is not ${expected}`,
    todo: `Set it to ${expected}${fallback === '' ? '' : `, or leave it unset for '${fallback}'`}`,
  })
}
