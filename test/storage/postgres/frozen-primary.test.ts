import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { postgresLedger } from '../../../storage/adapters/postgres/ledger.ts'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import { primarySql } from '../../../storage/adapters/postgres/primary-sql.ts'
import type { LedgerClaim } from '../../../storage/ports/ledger.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { until } from '../../until.ts'
import { asked } from './asked.ts'
import { type TemporaryServer, temporaryServer } from './temporary-server.ts'

const month = 30 * 24 * 3_600_000
const first = await temporaryServer()
const second = first && (await temporaryServer(first))
const third = first && (await temporaryServer(first))

if (!first || !second || !third) {
  const why = 'no PostgreSQL is installed: these need three of their own'
  test('a primary that is frozen', { skip: why }, () => {})
} else {
  const all = [first, second, third]
  const sql = primarySql({
    servers: all.map(({ connectionString }) => connectionString),
    doubtAfterMs: 100,
  })
  after(async () => {
    await sql.close()
    for (const server of all.toReversed()) await server.remove()
  })

  // The steps of docs/postgresql.md, "When the primary hangs".
  describe('a primary that is frozen, and another that is promoted', () => {
    test('loses nothing acknowledged, is left without waiting for its answer, and acknowledges nothing any more', async (t) => {
      const ledger = postgresLedger(sql, month)
      await ledger.claim(claimOf('before'), 1)
      for (const server of all) {
        await asked(server, `alter system set synchronous_standby_names = 'ANY 1 (*)'`)
        await asked(server, 'select pg_reload_conf()')
      }
      assert.equal((await ledger.claim(claimOf('kept'), 1)).kind, 'granted')

      first.freeze()
      const unanswered = ledger.claim(claimOf('unanswered'), 1)
      // Whichever of the two is further has what was acknowledged.
      const [leader, other] =
        (await received(second)) >= (await received(third)) ? [second, third] : [third, second]
      await asked(leader, 'select pg_promote()')
      await assert.rejects(unanswered, (error) => {
        assert.ok(isCode(error, 'C4A_STORE_UNREACHABLE'))
        assert.match(String(error), /another server has become the primary/)
        return true
      })

      // Nobody confirms: the other standby still waits for the frozen one, and would for ever.
      const waiting = ledger.claim(claimOf('after'), 1)
      await until(
        'it waits for a standby',
        async () => (await asked(leader, waitsForStandby)) !== undefined,
      )
      await asked(other, `alter system set primary_conninfo = '${conninfo(leader)}'`)
      await asked(other, 'select pg_reload_conf()')
      assert.equal((await waiting).kind, 'granted')
      assert.equal((await ledger.claim(claimOf('kept'), 1)).kind, 'busy')

      first.thaw()
      // It takes itself for the primary, and has no standby that would confirm.
      const former = poolSql({ connectionString: first.connectionString, timeoutMs: 1_000 })
      t.after(() => former.close())
      await assert.rejects(postgresLedger(former, month).claim(claimOf('forked'), 1), (error) =>
        isCode(error, 'C4A_STORE_UNREACHABLE'),
      )
      assert.equal((await ledger.claim(claimOf('forked'), 1)).kind, 'granted')
    })
  })
}

const claimOf = (deliveryId: string): LedgerClaim => ({
  deliveryId,
  digest: 'aa',
  epoch: 1,
  deadlineMs: 1_000,
  resend: false,
})

const waitsForStandby = `select 1 from pg_stat_activity where wait_event = 'SyncRep'`

const received = async (server: TemporaryServer): Promise<number> =>
  Number(await asked(server, `select pg_last_wal_receive_lsn() - '0/0'`))

function conninfo({ connectionString }: TemporaryServer): string {
  const { hostname, port, username } = new URL(connectionString)
  return `host=${hostname} port=${port} user=${username}`
}
