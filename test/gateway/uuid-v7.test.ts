import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidV7Source } from '../../gateway/operations/uuid-v7.ts'

test('ids are UUIDs of version 7 that carry the time', () => {
  const mint = uuidV7Source()
  const nowMs = Date.UTC(2026, 10, 25)
  for (let n = 0; n < 2_000; n++) {
    const id = mint(nowMs)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(Number.parseInt(id.replace('-', '').slice(0, 12), 16), nowMs)
  }
})

test('ids grow, inside a millisecond, beyond its counter, and when the clock steps back', () => {
  const mint = uuidV7Source()
  let before = ''
  for (let n = 0; n < 20_000; n++) {
    const id = mint(1_800_000_000_000 + (n % 10_000 === 9_999 ? 1 : 0) - (n > 15_000 ? 60_000 : 0))
    assert.ok(id > before, `${id} after ${before}`)
    before = id
  }
})

test('what is random in an id is spread evenly', () => {
  const mint = uuidV7Source()
  const rounds = 16_000
  const seen = Array.from({ length: 16 }, () => new Map<string, number>())
  for (let n = 0; n < rounds; n++) {
    const digits = mint(1_800_000_000_000).replaceAll('-', '').slice(16)
    seen.forEach((each, at) => {
      const digit = digits[at] ?? ''
      each.set(digit, (each.get(digit) ?? 0) + 1)
    })
  }
  seen.forEach((each, at) => {
    const kinds = at === 0 ? 4 : 16
    assert.equal(each.size, kinds)
    // Seven standard deviations at the least.
    for (const count of each.values()) assert.ok(Math.abs(count - rounds / kinds) < 400, `${count}`)
  })
})
