import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { groupCommit } from '../../../topology/adapters/sqlite/group-commit.ts'
import type { CommitJob } from '../../../topology/adapters/sqlite/statement.ts'

/** A writer that commits when told to, and a clock that stands still unless told otherwise. */
function stage() {
  const jobs: CommitJob[] = []
  const answers: (() => void)[] = []
  let clockMs = 0
  const commits = groupCommit(
    {
      run(job) {
        jobs.push(job)
        return new Promise((resolve) => {
          answers.push(() => resolve(job.writes.map((write) => ({ rows: write.map(() => []) }))))
        })
      },
      async close() {},
    },
    () => clockMs,
  )
  return {
    commits,
    write: (name: string, relaxed = false) => commits.write(named(name), { relaxed }),
    /** The statements of each commit so far. */
    ran: () => jobs.map(({ writes }) => writes.flat().map(({ sql }) => sql)),
    answer: () => answers.shift()?.(),
    later(ms: number) {
      clockMs += ms
    },
  }
}

const named = (sql: string) => [{ sql, params: [] }]

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

describe('writes that share a commit', () => {
  test('are all that come before a turn that brings none', async () => {
    const { write, ran } = stage()
    for (const name of ['a', 'b', 'c']) {
      void write(name)
      await turn()
    }
    assert.deepEqual(ran(), [])
    await turns(3)
    assert.deepEqual(ran(), [['a', 'b', 'c']])
  })

  test('do not wait for others without end', async () => {
    const { write, ran, later } = stage()
    for (let i = 0; ran().length === 0; i++) {
      assert.ok(i < 20)
      void write(`${i}`)
      later(0.5)
      await turn()
    }
    assert.ok((ran()[0]?.length ?? 0) > 1)
  })

  test('do not wait once they are many', async () => {
    const { commits, ran } = stage()
    void commits.writeLate(() => named('late'))
    for (let i = 0; i < 63; i++) commits.more()
    await turns(2)
    assert.deepEqual(ran(), [['late']])
  })

  test('gather while a commit is under way', async () => {
    const { write, ran, answer } = stage()
    void write('a')
    await turns(3)
    for (const name of ['b', 'c']) {
      void write(name)
      await turns(2)
    }
    assert.deepEqual(ran(), [['a']])
    answer()
    await turns(4)
    assert.deepEqual(ran(), [['a'], ['b', 'c']])
  })

  test('take riders along, but only those that are synced, and behind their own', async () => {
    const { commits, write, ran, answer } = stage()
    let done = false
    void commits
      .ride(() => named('rider'), 1e6)
      .then(() => {
        done = true
      })
    void write('relaxed', true)
    await turns(3)
    answer()
    await turns(3)
    assert.deepEqual(ran(), [['relaxed']])
    void write('synced')
    await turns(3)
    assert.deepEqual(ran(), [['relaxed'], ['synced', 'rider']])
    assert.equal(done, false)
    answer()
    await turns(1)
    assert.equal(done, true)
  })

  test('let a rider have a commit of its own when none comes, and before the end', async () => {
    const { commits, ran, answer } = stage()
    const alone = commits.ride(() => named('alone'), 0)
    while (ran().length === 0) await turn()
    answer()
    await alone
    void commits.ride(() => named('last'), 1e6)
    const idle = commits.idle()
    await turns(3)
    assert.deepEqual(ran(), [['alone'], ['last']])
    answer()
    await idle
  })
})
