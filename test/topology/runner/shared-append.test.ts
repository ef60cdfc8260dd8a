import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Chat4AllError } from '../../../topology/contract/errors.ts'
import type { NewRecord } from '../../../topology/contract/record.ts'
import { RefusedTogether } from '../../../topology/runner/refused-together.ts'
import { SharedAppend } from '../../../topology/runner/shared-append.ts'

const record = (key: string): NewRecord => ({ topic: 't', key, value: null, headers: {} })

/** A log that notes what each call brought, and refuses calls that `refuses` says. */
function logOf(
  refuses: (keys: readonly string[]) => boolean = () => false,
  error: Error = new Error('refused'),
) {
  const calls: string[][] = []
  const shared = new SharedAppend({
    async append(records) {
      const keys = records.map(({ key }) => key)
      calls.push(keys)
      if (refuses(keys)) throw error
      return []
    },
  })
  return { calls, shared }
}

describe('SharedAppend', () => {
  test('brings together what is asked for in one turn, in that order', async () => {
    const { calls, shared } = logOf()
    const later = Promise.resolve().then(() => shared.append([record('c')]))
    await Promise.all([
      shared.append([record('a'), record('b')]),
      later,
      shared.append([record('d')]),
    ])
    assert.deepEqual(calls, [['a', 'b', 'd', 'c']])
  })

  test('an append after the answer is a call of its own', async () => {
    const { calls, shared } = logOf()
    await shared.append([record('a')])
    await shared.append([record('b')])
    assert.deepEqual(calls, [['a'], ['b']])
  })

  test('what is refused together is told so to each, who are to append their own alone', async () => {
    const { calls, shared } = logOf((keys) => keys.includes('bad'))
    const answers = await Promise.allSettled(
      ['a', 'bad', 'b'].map((key) => shared.append([record(key)])),
    )
    for (const answer of answers) {
      assert.ok(answer.status === 'rejected' && answer.reason instanceof RefusedTogether)
    }
    assert.deepEqual(calls, [['a', 'bad', 'b']])
  })

  test('while the log is away nobody asks twice', async () => {
    const away = new Chat4AllError('C4A_BROKER_UNREACHABLE', { what: 'a', why: 'b', todo: 'c' })
    const { calls, shared } = logOf(() => true, away)
    const answers = await Promise.allSettled(['a', 'b'].map((key) => shared.append([record(key)])))
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.deepEqual(calls, [['a', 'b']])
  })

  test('one alone is not repeated', async () => {
    const { calls, shared } = logOf(() => true)
    await assert.rejects(shared.append([record('a')]), /refused/)
    assert.deepEqual(calls, [['a']])
  })
})
