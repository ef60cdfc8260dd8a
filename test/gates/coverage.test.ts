import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coverageFaults, coverageText } from './coverage.ts'
import { hasCode } from './has-code.ts'

const rooms = ['stages', 'topology']
const good = { path: 'stages/a.ts', total: 100, covered: 100 }

test('nine lines in ten of each room are enough', () => {
  const files = [good, { path: 'topology/b.ts', total: 1000, covered: 900 }]
  assert.deepEqual(coverageFaults(rooms, files, ['stages/a.ts', 'topology/b.ts']), [])
})

test('a room is not saved by the other one', () => {
  const files = [good, { path: 'topology/b.ts', total: 1000, covered: 899 }]
  assert.deepEqual(coverageFaults(rooms, files, []), [
    'topology/ is covered to 89.9 % of its lines, and must be to 90.0 %',
  ])
  assert.match(coverageText(rooms, files), /89\.9 % {2}topology\/b\.ts/)
})

test('a room of which nothing ran is not covered', () => {
  assert.equal(coverageFaults(rooms, [good], []).length, 1)
})

test('a file that no test loads is named, for it has no lines to count', () => {
  const files = [good, { path: 'topology/b.ts', total: 10, covered: 10 }]
  assert.deepEqual(
    coverageFaults(rooms, files, ['stages/a.ts', 'stages/new.ts', 'topology/b.ts']),
    ['no test loads stages/new.ts'],
  )
})

test('a file of nothing but types has nothing to run', () => {
  const types = `import type { A } from './a.ts'\n/** B. */\nexport interface B { a: A }\n// C\nexport type C = 'x'\n`
  assert.equal(hasCode(types), false)
  assert.equal(hasCode(`${types}export const d = 1\n`), true)
})
