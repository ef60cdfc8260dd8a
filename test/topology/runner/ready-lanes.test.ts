import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Lane } from '../../../topology/runner/lane.ts'
import { ReadyLanes } from '../../../topology/runner/ready-lanes.ts'

// Only the key and the group matter here.
const lane = (key: string, group: string | null) => ({ key, group }) as Lane

const taken = (ready: ReadyLanes): string[] => {
  const keys: string[] = []
  for (let each = ready.take(); each; each = ready.take()) keys.push(each.key)
  return keys
}

describe('lanes that are ready', () => {
  test('come in their order where one account is alone, on every place', () => {
    const ready = new ReadyLanes(4)
    for (const key of ['a', 'b', 'c', 'd', 'e']) ready.push(lane(key, 'A'))
    assert.deepEqual(taken(ready), ['a', 'b', 'c', 'd'])
    ready.ended('A')
    assert.deepEqual(taken(ready), ['e'])
  })

  test('take turns by account', () => {
    const ready = new ReadyLanes(100)
    for (const key of ['a1', 'a2', 'a3']) ready.push(lane(key, 'A'))
    for (const key of ['b1', 'b2']) ready.push(lane(key, 'B'))
    assert.deepEqual(taken(ready), ['a1', 'b1', 'a2', 'b2', 'a3'])
  })

  test('of a slow account leave a quarter of the places to the others', () => {
    const ready = new ReadyLanes(8)
    for (let key = 0; key < 20; key++) ready.push(lane(`a${key}`, 'A'))
    ready.push(lane('b', 'B'))
    const first = taken(ready)
    assert.equal(first.filter((key) => key.startsWith('a')).length, 6)
    assert.ok(first.includes('b'))
    ready.push(lane('b2', 'B'))
    assert.deepEqual(taken(ready), ['b2'], 'while the slow one waits for its own places')
  })

  test('are none lost and none twice, whatever the order', () => {
    const ready = new ReadyLanes(7)
    const seen: string[] = []
    for (let step = 0; step < 5_000; step++) {
      ready.push(lane(String(step), ['A', 'B', null][step % 3] ?? null))
      if (step % 2 === 0) continue
      for (let each = ready.take(); each; each = ready.take()) {
        seen.push(each.key)
        ready.ended(each.group)
      }
    }
    assert.equal(new Set(seen).size, 5_000)
    assert.equal(seen.length, 5_000)
  })
})
