import { DatabaseSync } from '../adapters/sqlite/node-sqlite.ts'
import { Chat4AllError } from '../contract/errors.ts'
import type { Level } from './compatibility.ts'

export const modes = ['READWRITE', 'READONLY', 'IMPORT'] as const
export type Mode = (typeof modes)[number]

export interface Version {
  readonly subject: string
  readonly version: number
  readonly id: number
  readonly schema: string
  readonly deleted: boolean
}

const layout = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma busy_timeout = 5000;
  begin;
  -- autoincrement: an id stands in records for ever, so that of a deleted schema is never given again
  create table if not exists schemas (
    id integer primary key autoincrement,
    canonical text not null unique,
    text text not null
  ) strict;
  create table if not exists versions (
    subject text not null,
    version integer not null,
    schema_id integer not null references schemas (id),
    deleted integer not null default 0,
    primary key (subject, version)
  ) strict, without rowid;
  create table if not exists settings (
    -- the empty name is the whole registry
    subject text primary key,
    compatibility text,
    mode text
  ) strict, without rowid;
  commit;`

const versionColumns = `
  select subject, version, schema_id as id, text as schema, deleted
  from versions join schemas on schemas.id = schema_id`

/** The registry's file. Synchronous: a handful of writes in a program's life, each on stable storage when it returns. */
export class RegistryStore {
  readonly #database: DatabaseSync

  /**
   * Throws C4A_STORE_CORRUPT when the file cannot be read as a registry.
   * @param path a file, or `:memory:`
   */
  constructor(path: string) {
    try {
      this.#database = new DatabaseSync(path)
      this.#database.exec(layout)
    } catch (cause) {
      throw new Chat4AllError(
        'C4A_STORE_CORRUPT',
        {
          what: `The schema registry's file '${path}' cannot be opened`,
          why: cause instanceof Error ? cause.message : String(cause),
          todo: 'Restore it from a backup: the ids in it stand in every record',
        },
        { cause },
      )
    }
  }

  /** All or nothing, with what `work` does in transactions of its own. */
  transaction<Value>(work: () => Value): Value {
    if (this.#database.isTransaction) return work()
    this.#database.exec('begin immediate')
    try {
      const value = work()
      this.#database.exec('commit')
      return value
    } catch (error) {
      this.#database.exec('rollback')
      throw error
    }
  }

  schemaText(id: number): string | undefined {
    const [row] = this.#all('select text from schemas where id = ?', id)
    return row && String(row['text'])
  }

  idOf(canonical: string): number | undefined {
    const [row] = this.#all('select id from schemas where canonical = ?', canonical)
    return row && Number(row['id'])
  }

  /** Under a given id (an import), or the next. */
  addSchema(canonical: string, text: string, id: number | null): number {
    const sql = 'insert into schemas (id, canonical, text) values (?, ?, ?) returning id'
    return Number(this.#all(sql, id, canonical, text)[0]?.['id'])
  }

  /** Of one subject, oldest first, the soft deleted among them. */
  versions(subject: string): readonly Version[] {
    const rows = this.#all(`${versionColumns} where subject = ? order by version`, subject)
    return rows.map(versionOf)
  }

  versionsOfSchema(id: number): readonly Version[] {
    const rows = this.#all(`${versionColumns} where schema_id = ? order by subject, version`, id)
    return rows.map(versionOf)
  }

  subjects(): readonly { readonly subject: string; readonly deleted: boolean }[] {
    const sql =
      'select subject, min(deleted) as deleted from versions group by subject order by subject'
    return this.#all(sql).map((row) => ({
      subject: String(row['subject']),
      deleted: row['deleted'] === 1,
    }))
  }

  addVersion(subject: string, version: number, schemaId: number): void {
    const sql = 'insert into versions (subject, version, schema_id) values (?, ?, ?)'
    this.#all(sql, subject, version, schemaId)
  }

  softDelete(subject: string, version: number): void {
    this.#all('update versions set deleted = 1 where subject = ? and version = ?', subject, version)
  }

  /** And the schema, when no other version has it. */
  remove(subject: string, version: number): void {
    this.#all('delete from versions where subject = ? and version = ?', subject, version)
    this.#all('delete from schemas where id not in (select schema_id from versions)')
  }

  /** Of a subject, or of the whole registry under the empty name. */
  settings(subject: string): { readonly compatibility: Level | null; readonly mode: Mode | null } {
    const [row] = this.#all('select compatibility, mode from settings where subject = ?', subject)
    // Only levels and modes are ever written.
    return {
      compatibility: (row?.['compatibility'] ?? null) as Level | null,
      mode: (row?.['mode'] ?? null) as Mode | null,
    }
  }

  setCompatibility(subject: string, level: Level | null): void {
    const sql = `insert into settings (subject, compatibility) values (?, ?)
      on conflict (subject) do update set compatibility = excluded.compatibility`
    this.#all(sql, subject, level)
  }

  setMode(subject: string, mode: Mode | null): void {
    const sql = `insert into settings (subject, mode) values (?, ?)
      on conflict (subject) do update set mode = excluded.mode`
    this.#all(sql, subject, mode)
  }

  close(): void {
    this.#database.close()
  }

  #all(sql: string, ...params: (string | number | null)[]): readonly Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...params)
  }
}

const versionOf = (row: Record<string, unknown>): Version => ({
  subject: String(row['subject']),
  version: Number(row['version']),
  id: Number(row['id']),
  schema: String(row['schema']),
  deleted: row['deleted'] === 1,
})
