import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { postgresDirectory } from '../../../storage/adapters/postgres/directory.ts'
import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import { postgresInbox } from '../../../storage/adapters/postgres/inbox.ts'
import {
  type Migration,
  migrate,
  readMigrations,
} from '../../../storage/adapters/postgres/migrate.ts'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { directorySuite } from '../../conformance/directory.ts'
import { historySuite } from '../../conformance/history.ts'
import { historyBatchesSuite } from '../../conformance/history-batches.ts'
import { inboxSuite } from '../../conformance/inbox.ts'
import { postgresNotesSuite } from '../../conformance/postgres-notes.ts'
import { sqlSuite } from '../../conformance/sql.ts'
import { temporaryServer } from './temporary-server.ts'

const server = await temporaryServer()

if (!server) {
  test('a PostgreSQL server', { skip: 'none is installed: this suite was left out' }, () => {})
} else {
  const { connectionString } = server
  const sql = poolSql({ connectionString })
  after(async () => {
    await sql.close()
    await server.remove()
  })

  sqlSuite('a server behind a pool', async () => sql)
  historySuite('a server behind a pool', async () => postgresHistory(sql))
  historyBatchesSuite('a server behind a pool', async () => postgresHistory(sql))
  postgresNotesSuite('a server behind a pool', async () => sql)
  directorySuite('a server behind a pool', async () => postgresDirectory(sql))
  inboxSuite('a server behind a pool', async () => ({
    history: postgresHistory(sql),
    directory: postgresDirectory(sql),
    inbox: postgresInbox(sql),
  }))

  describe('a server behind a pool', () => {
    test('is migrated once, however many processes start together', async () => {
      await sql.query('create database race')
      const pools = Array.from({ length: 4 }, () =>
        poolSql({ connectionString: connectionString.replace(/postgres$/, 'race'), max: 2 }),
      )
      const epochs = await Promise.all(pools.map((pool) => postgresHistory(pool).epoch()))
      assert.equal(new Set(epochs).size, 1)
      await Promise.all(pools.map((pool) => pool.close()))
    })

    test('is unreachable while the server is away, and answers when it is back', async () => {
      await server.stop()
      await assert.rejects(sql.query('select 1'), (error) => isCode(error, 'C4A_STORE_UNREACHABLE'))
      const early = poolSql({ connectionString })
      await assert.rejects(early.query('select 1'), (error) =>
        isCode(error, 'C4A_STORE_UNREACHABLE'),
      )
      await server.start()
      assert.deepEqual(await sql.query('select 1 as one'), [{ one: 1 }])
      assert.deepEqual(await early.query('select 1 as one'), [{ one: 1 }])
      await early.close()
      await assert.rejects(early.query('select 1'), (error) =>
        isCode(error, 'C4A_STORE_UNREACHABLE'),
      )
    })

    test('refuses tables of another history than the migrations', async () => {
      const ours = await readMigrations()
      const edited = ours.map((each): Migration => ({ ...each, checksum: 'other' }))
      await assert.rejects(migrate(sql, { migrations: edited }), (error) =>
        isCode(error, 'C4A_STORE_CORRUPT'),
      )
      await assert.rejects(migrate(sql, { migrations: [] }), (error) =>
        isCode(error, 'C4A_STORE_CORRUPT'),
      )
      await migrate(sql, { migrations: ours })
    })

    test('says of damaged files what whoever runs the server can do', async () => {
      const text = `do $$ begin raise exception 'page 7' using errcode = 'XX001'; end $$`
      await assert.rejects(sql.query(text), (error) => {
        assert.ok(isCode(error, 'C4A_STORE_CORRUPT'))
        assert.match(String(error), /page 7.*Promote a standby or restore a backup/)
        return true
      })
    })

    test('leaves nothing of a migration that fails half-way', async () => {
      const broken: Migration = {
        version: 9999,
        name: '9999_broken.sql',
        text: '-- breaking: no\ncreate table half_way (n int); select nonsense',
        checksum: 'x',
      }
      const ours = await readMigrations()
      await assert.rejects(migrate(sql, { migrations: [...ours, broken] }), (error) =>
        isCode(error, 'C4A_INTERNAL'),
      )
      await migrate(sql, { migrations: ours })
      const [row] = await sql.query<{ there: string | null }>(
        `select to_regclass('half_way') as there`,
      )
      assert.equal(row?.there, null)
    })
  })
}
