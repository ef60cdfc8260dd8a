import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { virtualClock } from '../../../topology/adapters/virtual-clock.ts'

describe('virtual clock', () => {
  test('runs tasks in the order they are due, and at one instant in the order they were asked for', async () => {
    const clock = virtualClock(0)
    const seen: string[] = []
    for (const [ms, name] of [
      [30, 'c'],
      [10, 'a'],
      [20, 'b1'],
      [20, 'b2'],
      [40, 'd'],
    ] as const) {
      clock.after(ms, () => seen.push(`${name}@${clock.now()}`))
    }
    await clock.advance(35)
    assert.deepEqual(seen, ['a@10', 'b1@20', 'b2@20', 'c@30'])
    assert.equal(clock.now(), 35)
    assert.equal(clock.nextDueMs(), 40)
  })

  test('keeps the order of many tasks asked for in any order', async () => {
    const clock = virtualClock(0)
    const seen: number[] = []
    for (let i = 0; i < 500; i++) clock.after((i * 7919) % 503, () => seen.push(clock.now()))
    await clock.advance(1000)
    assert.equal(seen.length, 500)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
  })

  test('lets promise callbacks of any depth settle between two tasks', async () => {
    const clock = virtualClock(0)
    const seen: string[] = []
    clock.after(1, () => {
      void (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve()
        seen.push('deep')
      })()
    })
    clock.after(1, () => seen.push('next'))
    await clock.advance(1)
    assert.deepEqual(seen, ['deep', 'next'])
  })

  test('runs tasks that tasks ask for, when they are due within the time', async () => {
    const clock = virtualClock(0)
    const seen: number[] = []
    const again = () => {
      seen.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    await clock.advance(35)
    assert.deepEqual(seen, [10, 20, 30])
  })

  test('does not run a cancelled task', async () => {
    const clock = virtualClock(0)
    let ran = false
    clock.after(5, () => {
      ran = true
    })()
    await clock.advance(10)
    assert.equal(ran, false)
    assert.equal(await clock.step(), false)
  })

  test('ends a sleep at its time, or at once when its signal aborts', async () => {
    const clock = virtualClock(0)
    const ended: string[] = []
    const controller = new AbortController()
    const slept = clock.sleep(100).then(() => ended.push(`slept@${clock.now()}`))
    const aborted = clock
      .sleep(100, controller.signal)
      .then(() => ended.push(`aborted@${clock.now()}`))
    await clock.advance(50)
    controller.abort()
    await aborted
    await clock.advance(50)
    await slept
    await clock.sleep(100, controller.signal)
    assert.deepEqual(ended, ['aborted@50', 'slept@100'])
  })
})
