import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { SendOutcome } from '../../connectors/contract.ts'
import { AccountBreakers } from '../../stages/account-breakers.ts'

const sent: SendOutcome = { kind: 'sent', providerMessageId: '1' }
const expired: SendOutcome = { kind: 'retry', reason: 'channel-auth', detail: 'token expired' }

/** Breakers over a clock that the test moves; the library reads the same one. */
function started(t: TestContext) {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 })
  const breakers = new AccountBreakers()
  const calls: string[] = []
  const send = (account: string, outcome: SendOutcome | Promise<SendOutcome>) =>
    breakers.send(account, Date.now, async () => {
      calls.push(account)
      return outcome
    })
  const hear = (account: string, outcome: SendOutcome) => breakers.hear(account, Date.now, outcome)
  return { breakers, send, hear, calls, pass: (ms: number) => t.mock.timers.tick(ms) }
}

describe('the circuit breaker of an account', () => {
  test('lets nothing through after its token was refused, and others know nothing of it', async (t) => {
    const { send, calls } = started(t)
    const first = await send('a', expired)
    assert.deepEqual(first, { ...expired, afterMs: 5_000 })
    assert.deepEqual(await send('a', sent), { ...expired, afterMs: 5_000 })
    assert.deepEqual(await send('b', sent), sent)
    assert.deepEqual(calls, ['a', 'b'])
  })

  test('tries with one message, which opens the way for those that wait, or keeps it shut for longer', async (t) => {
    const { send, calls, pass } = started(t)
    await send('a', expired)
    pass(5_000)
    let answer: (outcome: SendOutcome) => void = () => {}
    const trying = send('a', new Promise((resolve) => (answer = resolve)))
    const waiting = send('a', sent)
    answer(expired)
    assert.deepEqual(await trying, { ...expired, afterMs: 15_000 })
    assert.deepEqual(await waiting, { ...expired, afterMs: 15_000 })
    assert.equal(calls.length, 2)

    pass(15_000)
    const again = send('a', sent)
    const behind = send('a', sent)
    assert.deepEqual(await Promise.all([again, behind]), [sent, sent])
    assert.deepEqual(await send('a', expired), { ...expired, afterMs: 5_000 })
  })

  test('takes the longer wait that the platform asks for', async (t) => {
    const { send } = started(t)
    const outcome = await send('a', { ...expired, afterMs: 60_000 })
    assert.equal(outcome.kind === 'retry' && outcome.afterMs, 60_000)
  })

  test('is not opened by what concerns one person or one moment', async (t) => {
    const { send, calls } = started(t)
    const passing: readonly SendOutcome[] = [
      { kind: 'retry', reason: 'throttled-sender', detail: '' },
      { kind: 'retry', reason: 'transient', detail: '' },
      { kind: 'refused', reason: 'channel-restricted', detail: '' },
      { kind: 'unknown', detail: '' },
    ]
    for (const outcome of passing) assert.deepEqual(await send('a', outcome), outcome)
    assert.equal(calls.length, passing.length)
  })

  test('need not be asked while all accounts are without trouble, if it hears of what troubles one', async (t) => {
    const { breakers, send, hear, calls, pass } = started(t)
    assert.equal(breakers.areQuiet, true)
    assert.deepEqual(await hear('a', expired), { ...expired, afterMs: 5_000 })
    assert.equal(breakers.areQuiet, false)
    assert.deepEqual(await send('a', sent), { ...expired, afterMs: 5_000 })
    assert.deepEqual(calls, [])
    pass(5_000)
    assert.deepEqual(await send('a', sent), sent)
    assert.equal(breakers.areQuiet, true)
  })
})
