import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Figure, verdictOf } from '../../bench/harness/figure.ts'
import { table } from '../../bench/harness/table.ts'

const ratio: Figure = {
  target: 'P1',
  what: 'REST single',
  value: 0.6,
  unit: 'x',
  floor: 0.5,
  goal: 0.7,
  better: 'higher',
  beside: '6/s against 10/s',
}
const cost: Figure = { ...ratio, unit: 'ms', floor: 50, goal: 10, better: 'lower' }

describe('the verdict on a figure', () => {
  const rows: readonly (readonly [string, Figure, string])[] = [
    ['at its goal', { ...ratio, value: 0.7 }, 'goal met'],
    ['between floor and goal', ratio, 'holds'],
    ['at its floor', { ...ratio, value: 0.5 }, 'holds'],
    ['under its floor', { ...ratio, value: 0.49 }, 'FLOOR BROKEN'],
    ['a cost at its goal', { ...cost, value: 10 }, 'goal met'],
    ['a cost between goal and floor', { ...cost, value: 11 }, 'holds'],
    ['a cost over its floor', { ...cost, value: 50.1 }, 'FLOOR BROKEN'],
    ['one that could not be taken', { ...ratio, value: Number.NaN }, 'FLOOR BROKEN'],
    ['under its floor, only reported', { ...ratio, value: 0.1, reportedOnly: true }, 'below floor'],
  ]
  for (const [name, figure, verdict] of rows) {
    test(`${name}: ${verdict}`, () => assert.equal(verdictOf(figure), verdict))
  }

  test('of one without floor that is short of its goal: below goal', () => {
    const { floor, ...aimed } = ratio
    assert.equal(floor && verdictOf(aimed), 'below goal')
  })

  test('of one without bounds: reported', () => {
    const { floor, goal, ...plain } = ratio
    assert.equal(floor && goal && verdictOf(plain), 'reported')
  })
})

test('the table shows figure, bounds and verdict of each, and no colour unless asked', () => {
  const text = table([ratio, { ...cost, value: 99 }], false)
  assert.match(text, /P1 +REST single +0\.60x +>= 0\.50x +>= 0\.70x +holds/)
  assert.match(text, /99 ms +<= 50 ms +<= 10 ms +FLOOR BROKEN/)
  assert.ok(!text.includes('\u001b'))
  assert.ok(table([ratio], true).includes('\u001b'))
})
