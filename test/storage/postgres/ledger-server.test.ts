import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { memoryLedger } from '../../../storage/adapters/memory/ledger.ts'
import { postgresLedger } from '../../../storage/adapters/postgres/ledger.ts'
import { poolSql } from '../../../storage/adapters/postgres/pool-sql.ts'
import type { LedgerClaim } from '../../../storage/ports/ledger.ts'
import type { Sql } from '../../../storage/ports/sql.ts'
import { isCode } from '../../../topology/contract/errors.ts'
import { seededRandom } from '../../random.ts'
import { until } from '../../until.ts'
import { ledgerStep } from '../ledger-step.ts'
import { temporaryServer } from './temporary-server.ts'

const server = await temporaryServer()
const month = 30 * 24 * 3_600_000

if (!server) {
  const why = 'no PostgreSQL is installed: these need one of their own'
  test('the ledger on a PostgreSQL that fails', { skip: why }, () => {})
} else {
  after(() => server.remove())
  describe('the ledger on PostgreSQL', () => {
    for (let seed = 1; seed <= 4; seed++) {
      test(`tells what the one in memory tells, seed ${seed}`, async (t) => {
        const random = seededRandom(seed)
        const [ours, reference] = [postgresLedger(await emptied(t), month), memoryLedger()]
        let nowMs = 1_000_000
        for (let step = 0; step < 150; step++) {
          nowMs += random.below(40)
          const act = ledgerStep(random, nowMs)
          assert.deepStrictEqual(await act(ours), await act(reference), `step ${step}`)
        }
      })
    }

    test('lanes that ask while a statement runs share the next one', async (t) => {
      const sql = await emptied(t)
      let statements = 0
      const ledger = postgresLedger(
        counting(sql, () => statements++),
        month,
      )
      await Promise.all(claimsOf(501).map((each) => ledger.claim(each, 1)))
      assert.ok(statements <= 2, `${statements} statements for 501 claims`)
    })

    test('grants each delivery once to processes that ask for the same ones', async (t) => {
      await emptied(t)
      const claims = claimsOf(200)
      const verdicts = await Promise.all(
        [0, 1, 2, 3].map((owner) => {
          const ledger = postgresLedger(opened(t), month)
          const order = owner % 2 ? claims : claims.toReversed()
          return Promise.all(order.map((claim) => ledger.claim({ ...claim, epoch: owner }, 1)))
        }),
      )
      const kinds = verdicts.flat().map(({ kind }) => kind)
      assert.equal(kinds.filter((kind) => kind === 'granted').length, 200)
      assert.equal(kinds.filter((kind) => kind === 'busy').length, 600)
    })

    test('lets one of many repeat an unknown attempt, and none waits for another in a ring', async (t) => {
      const first = postgresLedger(await emptied(t), month)
      const claims = claimsOf(200)
      await Promise.all(claims.map((claim) => first.claim(claim, 1)))
      const repeated = await Promise.all(
        [0, 1, 2, 3].map(async (owner) => {
          const ledger = postgresLedger(opened(t), month)
          const order = owner % 2 ? claims : claims.toReversed()
          return Promise.all(
            order.map(async (claim) => {
              const again = { ...claim, epoch: 2, resend: true, deadlineMs: 900 }
              const verdict = await ledger.claim(again, 200)
              const outcome = { kind: 'unknown' } as const
              await ledger.record({ ...claim, attempt: 1, epoch: 3, outcome }, 201)
              return verdict
            }),
          )
        }),
      )
      const granted = repeated.flat().filter(({ kind }) => kind === 'granted')
      assert.equal(granted.length, 200)
      assert.ok(granted.every((each) => each.kind === 'granted' && each.attempt === 2))
    })

    test('forgets old rows as it goes, and no young one', async (t) => {
      const sql = await emptied(t)
      const ledger = postgresLedger(sql, 1_000)
      const [kept, ...old] = claimsOf(1_500)
      assert.ok(kept)
      await Promise.all([kept, ...old].map((each) => ledger.claim(each, 10)))
      await ledger.record({ ...kept, attempt: 1, outcome: { kind: 'unknown' } }, 1_800)
      for (const each of claimsOf(1_100, 'young')) void ledger.claim(each, 2_000)
      await ledger.claim({ ...kept, deliveryId: 'last' }, 2_000)
      const [row] = await sql.query('select count(*) as rows from ledger')
      assert.deepEqual(row, { rows: 1 + 1_100 + 1 })
    })

    test('answers only when a standby has it, even where the server asks less of others', async (t) => {
      const sql = await emptied(t)
      const ledger = postgresLedger(sql, month)
      await configured(sql, 'synchronous_commit', 'local')
      await configured(sql, 'synchronous_standby_names', 'nobody')
      try {
        await sql.query('create table if not exists asked_less (n int)') // waits for nobody
        let answered = false
        const claim = ledger.claim(claimOf('d-1'), 1).then(() => {
          answered = true
        })
        const waiting = `select 1 from pg_stat_activity where wait_event = 'SyncRep'`
        await until(
          'it waits for a standby',
          async () => answered || (await sql.query(waiting)).length > 0,
        )
        assert.equal(answered, false)
        await configured(sql, 'synchronous_standby_names', '')
        await claim
      } finally {
        await configured(sql, 'synchronous_standby_names', '')
        await configured(sql, 'synchronous_commit', 'on')
      }
    })

    test('a claim that no standby confirms in time is not granted, and found taken later', async (t) => {
      const sql = await emptied(t)
      const hurried = opened(t, 300)
      await hurried.query('select 1')
      await configured(sql, 'synchronous_standby_names', 'nobody')
      try {
        await assert.rejects(postgresLedger(hurried, month).claim(claimOf('d-1'), 1), (error) =>
          isCode(error, 'C4A_STORE_UNREACHABLE'),
        )
      } finally {
        await configured(sql, 'synchronous_standby_names', '')
      }
      assert.equal((await postgresLedger(sql, month).claim(claimOf('d-1'), 2)).kind, 'busy')
    })

    test('holds what it acknowledged over a crash of the server, and says so while it is away', async (t) => {
      const ledger = postgresLedger(await emptied(t), month)
      const claims = claimsOf(50)
      await Promise.all(claims.map((claim) => ledger.claim(claim, 1)))
      const outcome = { kind: 'sent', providerMessageId: 'wamid.1' } as const
      await Promise.all(claims.map((claim) => ledger.record({ ...claim, attempt: 1, outcome }, 2)))
      await server.stop()
      await assert.rejects(ledger.claim(claimOf('d-0'), 3), (error) =>
        isCode(error, 'C4A_STORE_UNREACHABLE'),
      )
      await server.start()
      const verdicts = await Promise.all(claims.map((claim) => ledger.claim(claim, 4)))
      assert.ok(verdicts.every(({ kind }) => kind === 'sent'))
    })
  })

  function opened(t: TestContext, timeoutMs = 30_000): Sql {
    const sql = poolSql({ connectionString: server?.connectionString ?? '', timeoutMs })
    t.after(() => sql.close())
    return sql
  }

  async function emptied(t: TestContext): Promise<Sql> {
    const sql = opened(t)
    await sql.query('truncate ledger')
    return sql
  }
}

const claimOf = (deliveryId: string): LedgerClaim => ({
  deliveryId,
  digest: 'aa',
  epoch: 1,
  deadlineMs: 100,
  resend: false,
})

const claimsOf = (many: number, name = 'd'): LedgerClaim[] =>
  Array.from({ length: many }, (_, at) => claimOf(`${name}-${at}`))

const counting = (sql: Sql, count: () => void): Sql => ({
  ...sql,
  query(text, params) {
    count()
    return sql.query(text, params)
  },
})

/** For all sessions, from now on: the server is told by a signal, so it is asked until it has heard. */
async function configured(sql: Sql, setting: string, value: string): Promise<void> {
  await sql.query(`alter system set ${setting} = '${value}'`)
  await sql.query('select pg_reload_conf()')
  const text = `select 1 where current_setting('${setting}') = '${value}'`
  await until(`${setting} is '${value}'`, async () => (await sql.query(text)).length > 0)
}
