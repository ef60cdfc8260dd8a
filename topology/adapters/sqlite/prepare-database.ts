import type { DatabaseSync } from './node-sqlite.ts'

/** The layout of the file; a program refuses a file of any other version. */
const schemaVersion = 3

/** `topics` and `partitions` say what exists; the records are in the log's own files, but for what compaction made of them. */
const schema = `
  CREATE TABLE topics (
    name TEXT PRIMARY KEY,
    partitions INTEGER NOT NULL,
    cleanup TEXT NOT NULL,
    retention_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE partitions (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL REFERENCES topics (name),
    partition INTEGER NOT NULL,
    -- What retention and compaction may have removed the traces of.
    earliest INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0,
    cleaned_to INTEGER NOT NULL DEFAULT 0,
    cleaned_records INTEGER NOT NULL DEFAULT 0,
    compacted_to INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE offsets (
    "group" TEXT NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY ("group", topic, partition)
  ) STRICT, WITHOUT ROWID;
  -- 'epoch': those below were given out; 'checkpoint': the position of the log up to which these tables know its notes.
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** Settings of the writing connection, and the schema where the file is new. Throws a sentence when the file is of a later version. */
export function prepareDatabase(database: DatabaseSync): void {
  // Rows that belong together by nothing but their keys' hashes dirty a page each: the smaller, the less is written.
  database.exec('PRAGMA page_size=4096')
  database.exec('PRAGMA journal_mode=WAL')
  database.exec('PRAGMA synchronous=FULL')
  database.exec('PRAGMA busy_timeout=5000')
  // Every 8 MiB: commits wait for it, so it is better often and short than seldom and long.
  database.exec('PRAGMA wal_autocheckpoint=2048')
  database.exec('PRAGMA cache_size=-32000')
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version !== 0 && version !== schemaVersion) {
    throw new Error(
      `its layout has version ${version}, and this program knows version ${schemaVersion} only`,
    )
  }
  if (version === 0) database.exec(`BEGIN; ${schema} PRAGMA user_version=${schemaVersion}; COMMIT`)
}

/** The table of what one partition has no more in the log: compacted, or moved out. `last` is the last offset covered, `ceil_ms` the highest timestamp up to here. */
export function compactedTable(id: number): string {
  return `CREATE TABLE IF NOT EXISTS compacted_${id} (
    base INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    ceil_ms INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    frames BLOB NOT NULL
  ) STRICT`
}
