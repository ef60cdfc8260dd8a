import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurns } from '../../bench/harness/in-turns.ts'

test('three sides run there and back, and what the first round answered is not told', async () => {
  const ran: string[] = []
  const side = (name: string) => async () => ran.push(name)
  const told: (readonly number[])[] = []
  const answered = await inTurns(2, [side('a'), side('b'), side('c')], (round, answers) =>
    told.push([round, ...answers]),
  )
  assert.equal(ran.join(''), 'abccbaabc')
  assert.deepEqual(answered, [
    [6, 7],
    [5, 8],
    [4, 9],
  ])
  assert.deepEqual(told, [
    [1, 6, 5, 4],
    [2, 7, 8, 9],
  ])
})
