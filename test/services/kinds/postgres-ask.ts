import pg from 'pg'
import type { Plan } from '../plan.ts'

export function postgresUrl(plan: Plan, server: string, database: string): string {
  return `postgres://c4a@127.0.0.1:${plan.ports[server]?.['sql']}/${database}`
}

/** Asks one server one thing; answers the first row. */
export async function askPostgres(
  plan: Plan,
  server: string,
  sql: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const client = new pg.Client(postgresUrl(plan, server, 'postgres'))
  // Its connection may end at any time here; the query says so.
  client.on('error', () => {})
  // A server that is stopped takes the connection and never answers.
  const giveUp = () => client.connection.stream.destroy(new Error('does not answer'))
  signal.addEventListener('abort', giveUp)
  try {
    await client.connect()
    const { rows } = await client.query(sql)
    return rows[0] ?? {}
  } finally {
    signal.removeEventListener('abort', giveUp)
    await client.end().catch(() => {})
  }
}
