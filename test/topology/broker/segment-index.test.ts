import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { segmentIndex } from '../../../topology/adapters/file-log/segment-index.ts'

/** `count` segments of three records each; time stands still for two segments, then goes on by 10. */
function filled(count: number, block = (nth: number) => nth * 2, step = 3) {
  const index = segmentIndex()
  for (let nth = 0; nth < count; nth++) index.add(segment(nth, block, step))
  return index
}

const segment = (nth: number, block = (at: number) => at * 2, step = 3) => ({
  block: block(nth),
  first: 100 + nth * step,
  last: 100 + (nth + 1) * step - 1,
  ceilMs: 1_800_000_000_000 + Math.floor(nth / 2) * 10,
})

describe('the index of a partition’s segments', () => {
  test('finds the segment of every offset, over many chunks', () => {
    const index = filled(5000)
    for (let offset = 100; offset < 100 + 15_000; offset += 7) {
      assert.deepEqual(index.at(offset), segment(Math.floor((offset - 100) / 3)))
    }
    assert.deepEqual(index.at(3), segment(0), 'what is behind a removed start')
    assert.equal(index.at(100 + 15_000), undefined)
    assert.equal(index.first(), 100)
    assert.equal(index.last(), 100 + 15_000 - 1)
  })

  test('finds the first segment that reaches a time', () => {
    const index = filled(5000)
    const start = 1_800_000_000_000
    assert.deepEqual(index.reaching(0), segment(0))
    for (const ten of [0, 1, 511, 512, 513, 1024, 2499]) {
      assert.deepEqual(index.reaching(start + ten * 10), segment(ten * 2))
      assert.deepEqual(index.reaching(start + ten * 10 - 9), segment(ten * 2))
    }
    assert.equal(index.reaching(start + 2499 * 10 + 1), undefined)
  })

  test('forgets what ends below an offset, and goes on with the rest', () => {
    const index = filled(3000)
    assert.equal(index.dropBelow(102), 0, 'the first segment ends at it')
    assert.equal(index.dropBelow(103), 1)
    assert.equal(index.dropBelow(109), 2)
    assert.equal(index.first(), 109)
    assert.equal(index.dropBelow(100 + 2000 * 3 + 1), 1997)
    assert.deepEqual(index.at(100), segment(2000))
    for (let nth = 3000; nth < 6000; nth++) index.add(segment(nth))
    for (let nth = 2000; nth < 6000; nth += 13) {
      assert.deepEqual(index.at(100 + nth * 3), segment(nth))
    }
    assert.equal(index.dropBelow(1e9), 4000)
    assert.deepEqual(
      [index.first(), index.last(), index.at(5), index.reaching(0)],
      Array(4).fill(undefined),
    )
    index.add(segment(6000))
    assert.deepEqual(index.at(100 + 6000 * 3 + 1), segment(6000))
  })

  test('keeps numbers whose differences do not fit its cells', () => {
    const block = (nth: number) => nth * 3_000_000_000
    const index = filled(50, block, 2_000_000_000)
    for (let nth = 0; nth < 50; nth++) {
      const each = segment(nth, block, 2_000_000_000)
      assert.deepEqual(index.at(each.first), each)
      assert.deepEqual(index.at(each.last), each)
    }
    assert.equal(index.dropBelow(segment(30, block, 2_000_000_000).first), 30)
    assert.deepEqual(index.at(0), segment(30, block, 2_000_000_000))
  })
})
