import pg from 'pg'
import type { TemporaryServer } from './temporary-server.ts'

/** Asks one server, whichever it is; the first column of the first row, if there is one. */
export async function asked({ connectionString }: TemporaryServer, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query({ text, rowMode: 'array' })
  await client.end()
  return rows[0]?.[0]
}
