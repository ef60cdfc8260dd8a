import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Tracker } from '../../../topology/runner/tracker.ts'

describe('a tracker', () => {
  test('starts where reading begins', () => {
    assert.equal(new Tracker(42).prefix, 42)
  })

  test('stands at the first unfinished record, whatever finishes behind it', () => {
    const tracker = new Tracker(0)
    const [first, second, third] = [0, 1, 2].map((offset) => tracker.take(offset))
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    tracker.finish(third)
    tracker.finish(second)
    assert.equal(tracker.prefix, 0)
    tracker.finish(first)
    assert.equal(tracker.prefix, 3)
  })

  test('goes over gaps that compaction left', () => {
    const tracker = new Tracker(0)
    const places = [3, 7, 20].map((offset) => tracker.take(offset))
    assert.equal(tracker.prefix, 3)
    for (const place of places) if (place !== undefined) tracker.finish(place)
    assert.equal(tracker.prefix, 21)
  })

  test('passes over a record without waiting for it, and without passing one that is unfinished', () => {
    const tracker = new Tracker(0)
    tracker.pass(0)
    assert.equal(tracker.prefix, 1)
    const place = tracker.take(1)
    tracker.pass(2)
    assert.deepEqual([tracker.prefix, tracker.span], [1, 1])
    assert.ok(place !== undefined)
    tracker.finish(place)
    assert.equal(tracker.prefix, 3)
    // Told again after a rebalance.
    tracker.pass(1)
    assert.equal(tracker.prefix, 3)
  })

  test('swallows an offset that was taken in before', () => {
    const tracker = new Tracker(5)
    assert.equal(tracker.take(4), undefined)
    assert.notEqual(tracker.take(5), undefined)
    assert.equal(tracker.take(5), undefined)
  })

  test('agrees with a plain count for any order of finishing', () => {
    for (let seed = 1; seed <= 50; seed++) {
      let state = seed
      const random = () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
        return state / 2_147_483_648
      }
      const tracker = new Tracker(0)
      const open: { readonly offset: number; readonly place: number }[] = []
      const finished = new Set<number>()
      for (let step = 0, offset = 0; step < 6_000; step++) {
        if (open.length === 0 || random() < 0.5) {
          const place = tracker.take(offset)
          if (place !== undefined) open.push({ offset, place })
          offset++
          continue
        }
        const [one] = open.splice(Math.floor(random() * open.length), 1)
        if (!one) continue
        assert.equal(tracker.isFinished(one.place), false)
        tracker.finish(one.place)
        assert.equal(tracker.isFinished(one.place), true)
        finished.add(one.offset)
      }
      let prefix = 0
      while (finished.has(prefix)) prefix++
      assert.equal(tracker.prefix, prefix)
      assert.equal(tracker.span >= open.length, true)
    }
  })
})
