import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Sql, SqlParam, Statement } from '../../ports/sql.ts'
import { bytesOfHex } from './bytes-of-hex.ts'
import { migrate } from './migrate.ts'
import { prepared } from './prepared.ts'
import { closedError, storeError } from './store-error.ts'

export interface PoolSettings {
  /** postgres://user:password@host:port/database */
  readonly connectionString: string
  /** Connections at most; 10 unless told otherwise. */
  readonly max?: number
  /** How long a statement may take, in milliseconds; 30,000 unless told otherwise. */
  readonly timeoutMs?: number
  /** False for a server that takes no writes: its tables are taken as they are. */
  readonly migrates?: boolean
}

/**
 * A PostgreSQL server, 15 or newer. Connects and migrates at the first use, and again at the next one
 * while that fails: a hub starts without its database.
 */
export function poolSql(settings: PoolSettings): Sql {
  const timeoutMs = settings.timeoutMs ?? 30_000
  const pool = new pg.Pool({
    connectionString: settings.connectionString,
    max: settings.max ?? 10,
    connectionTimeoutMillis: Math.min(timeoutMs, 5_000),
    statement_timeout: timeoutMs,
    // Ours, for a server that hangs, and for a commit that waits for a standby: neither minds the above.
    query_timeout: timeoutMs + 1_000,
    application_name: 'chat4all',
    types: { getTypeParser },
  })
  // A connection that the server drops is replaced; whoever is using it hears of it by the statement.
  // Without a listener of its own a client that is in use would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const direct: Sql = {
    query: (text, params) => query(pool, text, params),
    batch: (statements) => batch(pool, statements),
    close: () => pool.end(),
  }

  let ready: Promise<void> | undefined
  let closed = false
  const whenReady = (): Promise<void> => {
    if (closed) return Promise.reject(closedError())
    if (settings.migrates === false) return Promise.resolve()
    ready ??= migrate(direct, { parts: true }).catch((error: unknown) => {
      ready = undefined
      throw storeError(error)
    })
    return ready
  }

  return {
    async query(text, params) {
      await whenReady()
      return direct.query(text, params)
    },
    async batch(statements) {
      await whenReady()
      await direct.batch(statements)
    },
    async close() {
      if (closed) return
      closed = true
      await direct.close()
    },
  }
}

async function query<Row extends object>(
  pool: pg.Pool,
  text: string,
  params?: readonly SqlParam[],
): Promise<readonly Row[]> {
  try {
    const { rows } = await pool.query<Row>(prepared(text, params))
    return rows
  } catch (error) {
    throw storeError(error)
  }
}

async function batch(pool: pg.Pool, statements: readonly Statement[]): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeError(error)
  })
  try {
    await client.query('begin')
    for (const statement of statements) await run(client, statement)
    await client.query('commit')
    client.release()
  } catch (error) {
    // Destroyed, which rolls back, and not reused: nobody knows what state it is in, or whether it answers.
    client.release(true)
    throw storeError(error)
  }
}

async function run(client: pg.PoolClient, statement: Statement): Promise<void> {
  if ('copyInto' in statement) {
    const into = client.query(
      copyFrom(`copy ${statement.copyInto} from stdin with (format binary)`),
    )
    await pipeline([statement.rows], into)
  } else {
    await client.query(prepared(statement.text, statement.params))
  }
}

const int8 = 20
const bytea = 17

/** int8 and bytea as the port says; everything else as pg does it. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === int8 && format !== 'binary') return Number
  if (oid === bytea && format !== 'binary') return bytesOfHex
  return pg.types.getTypeParser(oid, format)
}
