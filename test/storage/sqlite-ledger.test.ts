import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sqliteLedger } from '../../storage/adapters/sqlite/ledger.ts'
import { sqliteSeen } from '../../storage/adapters/sqlite/seen.ts'
import type { Transactions } from '../../storage/adapters/sqlite/transactions.ts'
import { openSideTables, type SideTables } from '../../topology/adapters/sqlite/side-tables.ts'

const claim = { deliveryId: 'd-1', digest: 'aa', epoch: 1, deadlineMs: 100, resend: false }

async function database(t: TestContext): Promise<SideTables> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-ledger-'))
  const opened = await openSideTables(join(folder, 'log.sqlite'))
  t.after(async () => {
    await opened.close()
    await rm(folder, { recursive: true, force: true })
  })
  return opened
}

function rowsIn(opened: SideTables, table: 'ledger' | 'seen'): number {
  return Number(opened.reader.prepare(`select count(*) as rows from ${table}`).get()?.['rows'])
}

test('lanes that ask while a commit runs share the next one', async (t) => {
  const { commits } = await database(t)
  let writes = 0
  const counted: Transactions = {
    write(statements, options) {
      writes++
      return commits.write(statements, options)
    },
  }
  const ledger = await sqliteLedger(counted, 1000)
  writes = 0
  const first = ledger.claim(claim, 1)
  const others = Array.from({ length: 500 }, (_, at) =>
    ledger.claim({ ...claim, deliveryId: `d-${at + 2}` }, 1),
  )
  await Promise.all([first, ...others])
  assert.ok(writes <= 2, `${writes} writes for 501 claims`)
})

test('a commit that fails rejects those who asked, and the next ones are served', async (t) => {
  const { commits } = await database(t)
  let broken = false
  const failing: Transactions = {
    write: (statements, options) =>
      broken ? Promise.reject(new Error('disk full')) : commits.write(statements, options),
  }
  const ledger = await sqliteLedger(failing, 1000)
  broken = true
  const asked = [ledger.claim(claim, 1), ledger.claim({ ...claim, deliveryId: 'd-2' }, 1)]
  const endings = await Promise.allSettled(asked)
  assert.deepEqual(
    endings.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  broken = false
  assert.equal((await ledger.claim(claim, 1)).kind, 'granted')
})

test('forgets old rows as it goes, and no young one', async (t) => {
  const opened = await database(t)
  const ledger = await sqliteLedger(opened.commits, 1000)
  for (let at = 0; at < 300; at++) await ledger.claim({ ...claim, deliveryId: `old-${at}` }, at)
  await ledger.claim({ ...claim, deliveryId: 'young' }, 1150)
  await ledger.claim({ ...claim, deliveryId: 'younger' }, 1150)
  // Those from 150 on are 1,000 ms old or less.
  assert.equal(rowsIn(opened, 'ledger'), 150 + 2)
})

test('the window forgets what has expired as it goes', async (t) => {
  const opened = await database(t)
  const seen = await sqliteSeen(opened.commits)
  const id = {
    tenant: 'a',
    direction: 'inbound',
    messageId: 'm',
    submissionId: 's',
    digest: 'aa',
    windowMs: 50,
  }
  const many = Array.from({ length: 1000 }, (_, at) => ({ ...id, messageId: `m-${at}` }))
  await seen.claim(many, 0)
  assert.equal(rowsIn(opened, 'seen'), 1000)
  for (let round = 0; round < 20; round++) await seen.claim([id], 60)
  assert.equal(rowsIn(opened, 'seen'), 1)
})
