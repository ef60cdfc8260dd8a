import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Pace, type PaceRates } from '../../stages/pace.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { deliveryOf } from './fixtures.ts'

const throttled = { kind: 'retry', reason: 'throttled-sender', detail: '' } as const

/** Paces of two processes over one budget, and a clock. */
function started(rates: Partial<PaceRates>) {
  let nowMs = 1_000_000
  const limits = memoryRateLimits(() => nowMs)
  const all: PaceRates = { account: null, conversation: null, group: null, ...rates }
  const paceOf = () => new Pace(limits, all, (address) => address.startsWith('-'))
  const [pace, other] = [paceOf(), paceOf()]
  const to = (address: string) => deliveryOf({ address })
  return {
    pace,
    other,
    to,
    pass: (ms: number) => {
      nowMs += ms
    },
    now: () => nowMs,
    /** How many go out at once. */
    burst: (most: number) => {
      for (let i = 0; i < most; i++) if (pace.wait(to(`p-${i}`), nowMs).afterMs > 0) return i
      return most
    },
  }
}

describe('pace', () => {
  test('holds nothing up where the file says nothing', () => {
    assert.equal(started({}).burst(1_000), 1_000)
  })

  test('keeps an account to its rate, over all processes, and lets it wait as a whole', () => {
    const { pace, other, to, now, pass } = started({ account: { perSecond: 10, burst: 2 } })
    assert.equal(pace.wait(to('a'), now()).afterMs, 0)
    assert.equal(other.wait(to('b'), now()).afterMs, 0)
    assert.deepEqual(pace.wait(to('c'), now()), { afterMs: 200, whole: true })
    pass(100)
    assert.equal(other.wait(to('c'), now()).afterMs, 0)
  })

  test('keeps a person and a group to rates of their own, and the others go on', () => {
    const conversation = { perSecond: 1, burst: 1 }
    const group = { perSecond: 0.5, burst: 1 }
    const { pace, to, now } = started({ conversation, group })
    for (const [address, afterMs] of [
      ['ana', 1_000],
      ['-100', 2_000],
    ] as const) {
      assert.equal(pace.wait(to(address), now()).afterMs, 0)
      assert.deepEqual(pace.wait(to(address), now()), { afterMs, whole: false })
    }
    assert.equal(pace.wait(to('bia'), now()).afterMs, 0)
  })

  test('halves the rate of a throttled account, once for those under way together, and gives it back by and by', () => {
    const { pace, to, now, pass, burst } = started({ account: { perSecond: 64, burst: 64 } })
    assert.equal(burst(100), 64)
    for (let i = 0; i < 20; i++) pace.hear(to('a'), throttled, now())
    pass(1_000)
    assert.equal(burst(100), 33)
    pace.hear(to('a'), throttled, now())
    pass(1_000)
    const slow = burst(100)
    assert.ok(slow >= 15 && slow <= 19, String(slow))
    pass(60_000)
    assert.equal(burst(100), 64)
  })

  test('never stops an account for good', () => {
    const { pace, to, now, pass } = started({ account: { perSecond: 16, burst: 16 } })
    for (let i = 0; i < 50; i++) {
      pass(1_000)
      pace.hear(to('a'), throttled, now())
    }
    pass(1_000)
    assert.equal(pace.wait(to('a'), now()).afterMs, 0)
  })
})
