import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'
import { backoffMs, retrying } from '../../../topology/runner/backoff.ts'

const policy = { minBackoffMs: 100, maxBackoffMs: 1_000 }

describe('a back-off', () => {
  test('doubles up to its longest wait', () => {
    const longest = [1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, policy, () => 1))
    assert.deepEqual(longest, [100, 200, 400, 800, 1_000, 1_000])
  })

  test('spreads waiters from half the shortest wait on', () => {
    assert.equal(
      backoffMs(5, policy, () => 0),
      50,
    )
    assert.ok(backoffMs(5, policy, () => 0.5) < 600)
  })
})

describe('retrying', () => {
  const options = () => ({
    clock: virtualClock(),
    random: () => 0.5,
    signal: new AbortController().signal,
    policy,
    again: () => true,
    onFailure: () => {},
  })

  test('repeats until it succeeds', async () => {
    const given = options()
    let tries = 0
    const result = retrying(async () => {
      if (++tries < 4) throw new Error('not yet')
      return 'there'
    }, given)
    await given.clock.advance(10_000)
    assert.equal(await result, 'there')
    assert.equal(tries, 4)
  })

  test('ends at once with an error that is not worth repeating', async () => {
    let tries = 0
    const task = async () => {
      tries++
      throw new Error('never')
    }
    await assert.rejects(retrying(task, { ...options(), again: () => false }), /never/)
    assert.equal(tries, 1)
  })

  test('ends with the last error when its signal aborts in a wait', async () => {
    const given = options()
    const abort = new AbortController()
    const result = retrying(() => Promise.reject(new Error('away')), {
      ...given,
      signal: abort.signal,
    })
    const ended = assert.rejects(result, /away/)
    await given.clock.settle()
    abort.abort()
    await ended
  })
})
