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
    const { write, ran } = stage()
    for (let i = 0; i < 64; i++) void write(`${i}`)
    await turns(1)
    assert.equal(ran()[0]?.length, 64)
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
})
