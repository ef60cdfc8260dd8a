import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Mark, Tracker } from '../../../topology/runner/tracker.ts'

const mark = (offset: number): Mark => ({ offset, done: false })

describe('a tracker', () => {
  test('starts where reading begins', () => {
    assert.equal(new Tracker(42).prefix, 42)
  })

  test('stands at the first unfinished record, whatever finishes behind it', () => {
    const tracker = new Tracker(0)
    const [first, second, third] = [mark(0), mark(1), mark(2)]
    for (const each of [first, second, third]) assert.ok(tracker.take(each))
    tracker.finish(third)
    tracker.finish(second)
    assert.equal(tracker.prefix, 0)
    tracker.finish(first)
    assert.equal(tracker.prefix, 3)
  })

  test('goes over gaps that compaction left', () => {
    const tracker = new Tracker(0)
    const marks = [3, 7, 20].map(mark)
    for (const each of marks) assert.ok(tracker.take(each))
    assert.equal(tracker.prefix, 3)
    for (const each of marks) tracker.finish(each)
    assert.equal(tracker.prefix, 21)
  })

  test('passes over a record without waiting for it, and without passing one that is unfinished', () => {
    const tracker = new Tracker(0)
    tracker.pass(0)
    assert.equal(tracker.prefix, 1)
    const only = mark(1)
    assert.ok(tracker.take(only))
    tracker.pass(2)
    assert.deepEqual([tracker.prefix, tracker.span], [1, 1])
    tracker.finish(only)
    assert.equal(tracker.prefix, 3)
    // Told again after a rebalance.
    tracker.pass(1)
    assert.equal(tracker.prefix, 3)
  })

  test('swallows an offset that was taken in before', () => {
    const tracker = new Tracker(5)
    assert.equal(tracker.take(mark(4)), false)
    assert.equal(tracker.take(mark(5)), true)
    assert.equal(tracker.take(mark(5)), false)
  })

  test('agrees with a plain count for any order of finishing', () => {
    for (let seed = 1; seed <= 50; seed++) {
      let state = seed
      const random = () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        return state / 2_147_483_648
      }
      const tracker = new Tracker(0)
      const open: Mark[] = []
      const finished = new Set<number>()
      for (let step = 0, offset = 0; step < 6_000; step++) {
        if (open.length === 0 || random() < 0.5) {
          const taken = mark(offset++)
          if (tracker.take(taken)) open.push(taken)
          continue
        }
        const [ended] = open.splice(Math.floor(random() * open.length), 1)
        if (!ended) continue
        tracker.finish(ended)
        finished.add(ended.offset)
      }
      let prefix = 0
      while (finished.has(prefix)) prefix++
      assert.equal(tracker.prefix, prefix)
      assert.equal(tracker.span >= open.length, true)
    }
  })
})
