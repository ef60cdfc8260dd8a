import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyHash } from '../../storage/adapters/noted/key-hash.ts'
import { PresentKeys } from '../../storage/adapters/noted/present-keys.ts'

/** Ids as they come: alike but for their last digits. */
const hashes = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, nth) => keyHash(`["default","outbound","m-${from + nth}"]`))

function table(first: readonly number[] = []) {
  const rows = new Set(first)
  const sorted = () => [...rows].sort((a, b) => a - b)
  const asked = { rows: () => rows.size, next: (above: number, most: number) => below(above, most) }
  const below = (above: number, most: number) =>
    sorted()
      .filter((hash) => hash > above)
      .slice(0, most)
  return { rows, asked }
}

const missed = (present: PresentKeys, all: readonly number[]) =>
  all.filter((hash) => !present.mayHave(hash)).length

test('whatever may be in the table may be there until the filter knows the table', () => {
  const { asked } = table(hashes(0, 100))
  const present = new PresentKeys(asked, { share: 40 })
  for (const _ of [1, 2]) {
    present.fillOn()
    assert.equal(missed(present, hashes(5_000, 500)), 0)
  }
  present.fillOn()
  assert.equal(missed(present, hashes(0, 100)), 0)
  assert.ok(missed(present, hashes(5_000, 500)) > 490)
})

test('what goes into the table while the filter is filled is never missed, on which side of the filling it may lie', () => {
  const { rows, asked } = table(hashes(0, 1_000))
  const present = new PresentKeys(asked, { share: 100 })
  for (let nth = 0; nth < 20; nth++) {
    present.fillOn()
    const more = hashes(10_000 + nth * 50, 50)
    present.told(more)
    for (const hash of more) rows.add(hash)
  }
  assert.equal(missed(present, [...rows]), 0)
  assert.ok(missed(present, hashes(50_000, 1_000)) > 980)
})

test('a filter that has become too small is replaced by one that knows the table, and in between nothing is missed', () => {
  const { rows, asked } = table()
  const present = new PresentKeys(asked, { share: 300, least: 1_024 })
  for (let nth = 0; nth < 200; nth++) {
    present.fillOn()
    const more = hashes(nth * 100, 100)
    present.told(more)
    assert.equal(missed(present, more), 0)
    for (const hash of more) rows.add(hash)
    // what was forgotten is not counted again
    if (nth >= 50) for (const hash of hashes((nth - 50) * 100, 100)) rows.delete(hash)
    assert.equal(missed(present, [...rows]), 0)
  }
  for (let nth = 0; nth < 100; nth++) present.fillOn()
  assert.ok(missed(present, hashes(90_000, 1_000)) > 980)
})

test('a table that is too large for a filter is always looked into', () => {
  const present = new PresentKeys({ rows: () => 2 ** 26, next: () => [] })
  present.fillOn()
  assert.equal(missed(present, hashes(0, 100)), 0)
  assert.equal(present.mayHave(1), true)
})
