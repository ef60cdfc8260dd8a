import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DigitMap } from '../../domain/digit-map.ts'
import { seededRandom } from '../random.ts'

describe('a map of numbers', () => {
  test('holds what a Map holds', () => {
    const random = seededRandom(3)
    const map = new DigitMap<number>()
    const judge = new Map<string, number>()
    for (let nth = 0; nth < 60_000; nth++) {
      const digits = 1 + random.below(15)
      // Few of each length, so that many are set again, and leading zeros.
      const text = String(random.below(Math.min(10 ** digits, 3_000))).padStart(digits, '0')
      assert.equal(map.get(text), judge.get(text), text)
      assert.ok(map.set(text, nth))
      judge.set(text, nth)
    }
    for (const [text, value] of judge) assert.equal(map.get(text), value, text)
  })

  test('tells numbers that differ in length or in leading zeros only', () => {
    const texts = Array.from({ length: 15 }, (_, nth) => '0'.repeat(nth + 1))
    const all = [
      ...texts,
      ...texts.map((each) => `${each.slice(1)}1`),
      '99999999',
      '999999999999999',
    ]
    const map = new DigitMap<string>()
    for (const text of all) map.set(text, text)
    for (const text of all) assert.equal(map.get(text), text)
  })

  test('does not hold what is no number, or a longer one', () => {
    const map = new DigitMap<number>()
    for (const text of ['', 'a', '1a', '-1', '1.5', ' 1', '١', '1'.repeat(16), 'US.1']) {
      assert.equal(map.set(text, 1), false, text)
      assert.equal(map.get(text), undefined, text)
    }
  })
})
