import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { postgresLedger } from '../../../storage/adapters/postgres/ledger.ts'
import { primarySql } from '../../../storage/adapters/postgres/primary-sql.ts'
import type { LedgerClaim } from '../../../storage/ports/ledger.ts'
import type { Sql } from '../../../storage/ports/sql.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { sqlSuite } from '../../conformance/sql.ts'
import { until } from '../../until.ts'
import { asked } from './asked.ts'
import { temporaryServer } from './temporary-server.ts'
import { untilAnswered } from './until-answered.ts'

const month = 30 * 24 * 3_600_000
const first = await temporaryServer()
const second = first && (await temporaryServer(first))

if (!first || !second) {
  const why = 'no PostgreSQL is installed: these need two of their own'
  test('a primary and a standby', { skip: why }, () => {})
} else {
  const servers = [second, first].map(({ connectionString }) => connectionString)
  const shared = primarySql({ servers })
  after(async () => {
    await shared.close()
    await second.remove()
    await first.remove()
  })

  sqlSuite('a primary and its standby', async () => shared)

  describe('a primary and its standby', () => {
    test('are unreachable while both are away', async (t) => {
      const sql = opened(t, ['postgres://c4a@127.0.0.1:1/postgres'])
      await assert.rejects(sql.query('select 1'), isAway)
      await sql.close()
      await assert.rejects(sql.query('select 1'), isAway)
    })

    test('lose nothing that the ledger acknowledged when the one dies and the other is promoted', async (t) => {
      const sql = opened(t, servers)
      const ledger = postgresLedger(sql, month)
      await asked(first, `alter system set synchronous_standby_names = '*'`)
      await asked(first, 'select pg_reload_conf()')

      const acknowledged: LedgerClaim[] = []
      let dead = false
      const claiming = (async () => {
        for (let nth = 0; !dead; nth++) {
          const claim = claimOf(`d-${nth}`)
          const verdict = await ledger.claim(claim, 1).catch((error: unknown) => {
            assert.ok(isAway(error))
          })
          if (verdict?.kind === 'granted') acknowledged.push(claim)
          else dead = true
        }
      })()
      await until('200 claims are granted', () => acknowledged.length >= 200)
      await first.stop()
      await claiming

      await assert.rejects(ledger.claim(claimOf('between'), 1), isAway)
      await asked(second, 'select pg_promote()')
      const granted = await untilAnswered(() => ledger.claim(claimOf('after'), 1))
      assert.equal(granted.kind, 'granted')
      const verdicts = await Promise.all(acknowledged.map((claim) => ledger.claim(claim, 1)))
      assert.deepEqual(new Set(verdicts.map(({ kind }) => kind)), new Set(['busy']))

      // The former primary comes back and does not know: nobody asks it, neither now nor after a start.
      await first.start()
      const later = postgresLedger(opened(t, servers), month)
      assert.equal((await later.claim(claimOf('after'), 1)).kind, 'busy')
      assert.equal((await ledger.claim(claimOf('after'), 1)).kind, 'busy')
    })

    test('are waited for when one takes no writes any more, as a standby does', async (t) => {
      const sql = opened(t, servers)
      const statements = ['set transaction read only', 'create table not_made (n int)']
      await assert.rejects(sql.batch(statements.map((text) => ({ text }))), isAway)
    })

    test('may die in the middle of a batch', async (t) => {
      const sql = opened(t, [second.connectionString])
      const rejected = assert.rejects(sql.batch([{ text: 'select pg_sleep(60)' }]), isAway)
      const sleeping = `select 1 from pg_stat_activity where wait_event = 'PgSleep'`
      await until('it sleeps', async () => (await sql.query(sleeping)).length > 0)
      await second.stop()
      await rejected
      await second.start()
      assert.deepEqual(await untilAnswered(() => sql.query('select 1 as one')), [{ one: 1 }])
    })
  })
}

const isAway = (error: unknown): boolean => isCode(error, 'C4A_STORE_UNREACHABLE')

function opened(t: TestContext, servers: readonly string[]): Sql {
  const sql = primarySql({ servers })
  t.after(() => sql.close())
  return sql
}

const claimOf = (deliveryId: string): LedgerClaim => ({
  deliveryId,
  digest: 'aa',
  epoch: 1,
  deadlineMs: 1_000,
  resend: false,
})
