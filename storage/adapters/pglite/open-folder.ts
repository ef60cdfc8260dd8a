import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { Sql } from '../../ports/sql.ts'
import { bytesOfHex } from '../postgres/bytes-of-hex.ts'
import { migrate } from '../postgres/migrate.ts'
import { directSql } from './direct-sql.ts'
import { noteTrust, standingOf, syncTree } from './folder-trust.ts'

/** The database of a folder, open in this thread. */
export interface OpenFolder {
  readonly sql: Sql
  /** Notes that the files are damaged, so that the next one to open them does not trust them. */
  distrust(why: string): void
}

/**
 * Opens the database of `folder`, making it when there is none, and brings its tables up to date. Throws
 * C4A_STORE_CORRUPT when the files are damaged or not to be trusted, and C4A_STORE_UNREACHABLE when
 * they could not be read at all (rights, room on the disk). Two at once in one folder would destroy it:
 * whoever owns the data folder sees to that.
 */
export async function openFolder(folder: string): Promise<OpenFolder> {
  mkdirSync(folder, { recursive: true })
  const standing = await standingOf(folder)
  if (standing.kind === 'damaged') throw corrupt(folder, standing.why)
  const fresh = standing.kind === 'new'
  // Without it PGlite would begin anew in the same place, over what is there.
  if (!fresh && !existsSync(join(folder, 'pgdata', 'PG_VERSION'))) {
    throw corrupt(folder, 'PG_VERSION is missing')
  }
  if (fresh) rmSync(join(folder, 'pgdata'), { recursive: true, force: true })
  noteTrust(folder, { made: !fresh, clean: false, damaged: null })

  let db: PGlite
  let sql: Sql
  try {
    db = await PGlite.create({
      dataDir: join(folder, 'pgdata'),
      postgresqlconf: settings,
      parsers: { [int8]: Number, [bytea]: bytesOfHex },
    })
    sql = directSql(db)
    await migrate(sql)
    await readEveryTable(db)
  } catch (error) {
    if (fresh || isOfTheSystem(error)) throw unreadable(folder, error)
    throw error instanceof Chat4AllError && error.code === 'C4A_STORE_CORRUPT'
      ? error
      : corrupt(folder, wordsOf(error), error)
  }

  if (fresh) noteTrust(folder, { made: true, clean: false, damaged: null })
  const { query, batch } = sql
  return {
    sql: {
      query,
      batch,
      async close() {
        await db.close()
        syncTree(folder)
        noteTrust(folder, { made: true, clean: true, damaged: null })
      },
    },
    distrust: (why) => noteTrust(folder, { made: true, clean: false, damaged: why }),
  }
}

/**
 * Measured (docs/decisions/0014): from some 50,000 messages on the indexes' pages come and go in 16 MB of
 * buffers; 64 MB take a fifth off the cost of a message, 128 MB no more.
 */
const settings = [
  'shared_buffers=64MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=128MB',
  // Of a sample of ten times as many rows nothing is planned otherwise, and taking it stops everything else for half a second.
  'default_statistics_target=10',
]

const int8 = 20
const bytea = 17

/** A glance at each: their pages carry checksums, and a missing file shows. */
async function readEveryTable(db: PGlite): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  )
  for (const { name } of rows) await db.query(`select * from ${name} limit 1`)
}

/** errno names of what is wrong with the machine, not with the files. */
function isOfTheSystem(error: unknown): boolean {
  return /\b(?:EACCES|EPERM|ENOSPC|EMFILE|ENFILE|EROFS|EDQUOT)\b/.test(wordsOf(error))
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const corrupt = (folder: string, why: string, cause?: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_STORE_CORRUPT',
    {
      what: `The tables in ${folder} are damaged`,
      why,
      todo: 'Set the folder aside and start again: the tables are made anew from the log',
    },
    { cause },
  )

const unreadable = (folder: string, cause: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: `The tables in ${folder} could not be opened`,
      why: wordsOf(cause),
      todo: 'See that the folder can be written and the disk has room',
    },
    { cause },
  )
