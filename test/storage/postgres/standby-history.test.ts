import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { postgresHistory } from '../../../storage/adapters/postgres/history.ts'
import { primarySql } from '../../../storage/adapters/postgres/primary-sql.ts'
import { standbyHistory } from '../../../storage/adapters/postgres/standby-history.ts'
import { standbys } from '../../../storage/adapters/postgres/standbys.ts'
import type { History } from '../../../storage/ports/history.ts'
import { historySuite } from '../../conformance/history.ts'
import { batchOf, noon, story } from '../../conformance/history-story.ts'
import { until } from '../../until.ts'
import { asked } from './asked.ts'
import { temporaryServer } from './temporary-server.ts'
import { untilAnswered } from './until-answered.ts'

const first = await temporaryServer()
const second = first && (await temporaryServer(first))

if (!first || !second) {
  const why = 'no PostgreSQL is installed: these need two of their own'
  test('history on a standby', { skip: why }, () => {})
} else {
  const standby = second
  const servers = [first, second].map(({ connectionString }) => connectionString)
  const sql = primarySql({ servers })
  const primary = postgresHistory(sql)
  const near = standbys({ servers, primary: sql, lookEveryMs: 20 })
  after(async () => {
    await near.close()
    await sql.close()
    await second.remove()
    await first.remove()
  })
  before(async () => {
    await primary.epoch() // makes the tables
    // A commit is then on the standby before it is answered, so that the suite, which gives no position, may read there.
    await asked(first, `alter system set synchronous_standby_names = '*'`)
    await asked(first, `alter system set synchronous_commit = 'remote_apply'`)
    await asked(first, 'select pg_reload_conf()')
    await until('the standby is near', () => near.current() !== undefined)
  })

  historySuite('a standby close behind', async () => {
    assert.ok(near.current(), 'the suite would not read the standby')
    return standbyHistory(primary, near)
  })

  describe('history on a standby', () => {
    before(async () => {
      await asked(first, `alter system set synchronous_standby_names = ''`)
      await asked(first, 'select pg_reload_conf()')
    })

    test('shows the record of a position when the standby has it, though it came late', async (t) => {
      const { tenant, offset } = await behind(t)
      const waiting = standbyHistory(away, near, { waitMs: 60_000 }).message(tenant, 'm-1', {
        ...at,
        offset,
      })
      await asked(second, 'select pg_wal_replay_resume()')
      assert.equal((await waiting)?.message.messageId, 'm-1')
    })

    test('is read from the primary when the standby does not show the record in time', async (t) => {
      const { tenant, offset } = await behind(t)
      const history = standbyHistory(primary, near, { waitMs: 50 })
      const shows = { ...at, offset }
      assert.equal((await history.message(tenant, 'm-1', shows))?.message.messageId, 'm-1')
      const page = await history.messages(tenant, 'c-ana', { limit: 5 }, shows)
      assert.equal(page.length, 1)
    })

    test('is read from the primary where the standby knows nothing of what is asked for', async (t) => {
      const { tenant } = await behind(t)
      const history = standbyHistory(primary, near)
      assert.equal((await history.message(tenant, 'm-1'))?.message.messageId, 'm-1')
      assert.equal((await history.messages(tenant, 'c-ana', { limit: 5 })).length, 1)
      assert.equal(await history.message(tenant, 'never'), undefined)
    })

    test('is not read from a standby that has fallen behind, and again from one that has caught up', async (t) => {
      const strict = standbys({ servers, primary: sql, lookEveryMs: 10, maxBehindMs: 100 })
      t.after(() => strict.close())
      await until('the standby has caught up', () => strict.current() !== undefined)
      await behind(t)
      await until('the standby is behind', () => !strict.current())
      await asked(second, 'select pg_wal_replay_resume()')
      await until('the standby has caught up', () => strict.current() !== undefined)
    })

    test('is read while the primary is away, and from the new primary after a failover', async () => {
      const { tenant } = await written()
      await until('it is on the standby', () => onStandby(tenant))
      await first.stop()
      const history = standbyHistory(primary, near)
      assert.equal((await history.message(tenant, 'm-1'))?.message.messageId, 'm-1')
      await asked(second, 'select pg_promote()')
      // No standby is left, and the new primary answers.
      await until('the standby is given up', () => !near.current())
      assert.equal((await untilAnswered(() => history.message(tenant, 'm-1')))?.status, 'accepted')
      // A former primary that comes back is no standby: it is not read.
      await first.start()
      await pause(200)
      assert.equal(near.current(), undefined)
    })
  })

  /** A message on the primary alone: the standby does not replay until it is told to. */
  async function behind(t: TestContext) {
    await asked(standby, 'select pg_wal_replay_pause()')
    t.after(() => asked(standby, 'select pg_wal_replay_resume()'))
    while ((await asked(standby, 'select pg_get_wal_replay_pause_state() as state')) !== 'paused') {
      await pause(5)
    }
    assert.ok(near.current())
    return written()
  }
  async function written() {
    const { tenant, message } = story(`t-${randomUUID()}`)
    offset += 1
    const span = { topic: at.topic, partition: at.partition, from: offset, to: offset + 1 }
    await untilAnswered(() =>
      primary.apply(batchOf({ messages: [message({ acceptedAt: noon })], spans: [span] })),
    )
    return { tenant, offset }
  }

  async function onStandby(tenant: string): Promise<boolean> {
    const copy = near.current()
    return copy !== undefined && (await postgresHistory(copy).message(tenant, 'm-1')) !== undefined
  }
}

const at = { topic: 'messages.submitted', partition: 3 }
let offset = 0

/** Where asking the primary would be a fault. */
const away: History = new Proxy({} as History, {
  get: () => () => assert.fail('the primary was asked'),
})
