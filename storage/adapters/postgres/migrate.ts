import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Sql } from '../../ports/sql.ts'

/** `0001_tables.sql`: a number that is never given twice, a name, and on the first line whether it breaks. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly text: string
  /** SHA-256, hex: an applied migration is never edited. */
  readonly checksum: string
}

const shipped = new URL('../../migrations/', import.meta.url)

/** In the order of their numbers. Throws C4A_STORE_CORRUPT when one does not say whether it breaks. */
export async function readMigrations(folder: URL = shipped): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort()
  return Promise.all(names.map(async (name) => migrationOf(name, await readText(folder, name))))
}

export interface MigrateOptions {
  /** Ours, unless told otherwise. */
  readonly migrations?: readonly Migration[]
  /** Whether the history is cut into parts by time: decided once, when its tables are made. */
  readonly parts?: boolean
}

/**
 * Brings the tables to the newest version. Several processes may call it at once: an advisory lock
 * lets one work, and the others find it done. Throws C4A_STORE_CORRUPT when the tables are of another
 * history than the files: newer, or made by an edited migration.
 */
export async function migrate(
  sql: Sql,
  { migrations, parts = false }: MigrateOptions = {},
): Promise<void> {
  const known = migrations ?? (await readMigrations())
  await sql.batch([{ text: lock }, { text: createJournal }])
  const done = await applied(sql)
  refuseForeign(known, done)
  for (const migration of known.filter((each) => !isApplied(each, done))) {
    try {
      // The journal's row comes first: whoever lost the race fails on it, before any table.
      await sql.batch([
        { text: lock },
        noteOf(migration),
        { text: setParts, params: [parts ? 'on' : 'off'] },
        { text: migration.text },
      ])
    } catch (error) {
      if (!isApplied(migration, await applied(sql))) throw error
    }
  }
}

/** For the transaction: 0004_parts.sql reads it. */
const setParts = `select set_config('chat4all.parts', $1, true)`

const isApplied = ({ version }: Migration, done: readonly Applied[]): boolean =>
  done.some((each) => each.version === version)

/** Released with the transaction; the number is ours alone ("c4a" and a zero). */
const lock = 'select pg_advisory_xact_lock(1664311552)'

const createJournal = `create table if not exists schema_migration (
  version int primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`

const noteOf = ({ version, name, checksum }: Migration) => ({
  text: 'insert into schema_migration (version, name, checksum) values ($1, $2, $3)',
  params: [version, name, checksum],
})

type Applied = Pick<Migration, 'version' | 'name' | 'checksum'>

const applied = (sql: Sql): Promise<readonly Applied[]> =>
  sql.query<Applied>('select version, name, checksum from schema_migration order by version')

function refuseForeign(known: readonly Migration[], done: readonly Applied[]): void {
  const byVersion = new Map(known.map((each) => [each.version, each]))
  for (const { version, name, checksum } of done) {
    const ours = byVersion.get(version)
    if (!ours) throw foreign(`${name} was applied, and this program does not know it`)
    if (ours.checksum !== checksum) throw foreign(`${name} was changed after it was applied`)
  }
}

function migrationOf(name: string, text: string): Migration {
  if (!/^-- breaking: (?:yes|no)\b/.test(text)) {
    throw foreign(`${name} does not begin with "-- breaking: yes" or "-- breaking: no"`)
  }
  const checksum = createHash('sha256').update(text).digest('hex')
  return { version: Number(name.slice(0, 4)), name, text, checksum }
}

const readText = (folder: URL, name: string): Promise<string> =>
  readFile(new URL(name, folder), 'utf8')

const foreign = (why: string): Chat4AllError =>
  new Chat4AllError('C4A_STORE_CORRUPT', {
    what: 'The tables do not match the migrations of this program',
    why,
    todo: 'Use the program that made them, or begin with an empty database: the log fills it, but not its ledger and timers',
  })
