import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type TemporaryServer, temporaryServer } from './temporary-server.ts'

/** An empty database of one test file, on the server of C4A_TEST_POSTGRES or on a server of its own. */
export interface TestDatabase {
  readonly connectionString: string
  /** Only where the server is the test's own: it may be stopped. */
  readonly server: TemporaryServer | undefined
  remove(): Promise<void>
}

export const noServer =
  'no PostgreSQL is installed and C4A_TEST_POSTGRES names none: this suite was left out'

/** Undefined where there is no server at all. */
export async function testDatabase(): Promise<TestDatabase | undefined> {
  const given = process.env['C4A_TEST_POSTGRES']
  if (given) return databaseOn(given)
  const server = await temporaryServer()
  if (!server) return undefined
  return { connectionString: server.connectionString, server, remove: () => server.remove() }
}

async function databaseOn(address: string): Promise<TestDatabase> {
  const name = `c4a_test_${randomUUID().replaceAll('-', '')}`
  await asked(address, `create database ${name}`)
  const url = new URL(address)
  url.pathname = `/${name}`
  return {
    connectionString: url.href,
    server: undefined,
    remove: () => asked(address, `drop database ${name} with (force)`),
  }
}

async function asked(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
