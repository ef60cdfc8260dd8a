import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type CachedTail, tailCache } from '../../../topology/adapters/file-log/tail-cache.ts'

const records = (from: number, count: number, bytes = 10) =>
  Array.from({ length: count }, (_, i) => ({
    topic: 't',
    partition: 0,
    offset: from + i,
    key: 'k',
    value: new Uint8Array(bytes),
    headers: {},
    timestampMs: 0,
  }))
const offsets = (taken: readonly { readonly offset: number }[]) => taken.map(({ offset }) => offset)

describe('tail cache', () => {
  test('gives records from any cached offset on, within both bounds', () => {
    const tail = tailCache(1e6).open()
    for (let i = 0; i < 1000; i += 10) tail.add(records(i, 10), 100)
    assert.equal(tail.from(), 0)
    assert.deepEqual(offsets(tail.take(257, 3, 1e6)), [257, 258, 259])
    assert.deepEqual(offsets(tail.take(500, 100, 25)), [500, 501])
    assert.deepEqual(
      offsets(tail.take(999, 100, 1)),
      [999],
      'one record at least, whatever its size',
    )
    assert.equal(tail.take(0, 5000, 1e9).length, 1000)
  })

  test('gives out the very buffers that were appended', () => {
    const tail = tailCache(1e6).open()
    const [only] = records(0, 1)
    assert.ok(only)
    tail.add([only], 10)
    assert.equal(tail.take(0, 1, 1e6)[0]?.value, only.value)
  })

  test('forgets the oldest of all partitions when the budget is spent', () => {
    const cache = tailCache(10_000)
    const [quiet, busy] = [cache.open(), cache.open()]
    quiet.add(records(0, 300), 3000)
    for (let i = 0; i < 3000; i += 300) busy.add(records(i, 300), 3000)
    assert.equal(quiet.from(), Number.POSITIVE_INFINITY)
    assert.equal(busy.from(), 2100)
    assert.deepEqual(offsets(busy.take(2998, 10, 1e6)), [2998, 2999])
  })

  test('holds nothing with a budget of nothing', () => {
    const tail = tailCache(0).open()
    tail.add(records(0, 5), 50)
    assert.equal(tail.from(), Number.POSITIVE_INFINITY)
  })

  test('forgets what was removed from the log, and its bytes', () => {
    const cache = tailCache(10_000)
    const tail = cache.open()
    for (let i = 0; i < 900; i += 300) tail.add(records(i, 300), 3000)
    tail.dropBelow(600)
    assert.equal(tail.from(), 600)
    tail.add(records(900, 300), 3000)
    tail.add(records(1200, 300), 3000)
    assert.equal(tail.from(), 600, 'the freed bytes are there to be used')
  })

  test('keeps nothing of what was read, however much room there is', async () => {
    const cache = tailCache(1e9)
    const unread = cache.open()
    unread.add(records(0, 1), 10)
    const tail = cache.open()
    const seen = Array.from({ length: 1000 }, (_, offset) => readAtOnce(tail, offset))
    await setImmediate() // what a WeakRef was made of is kept until then
    collectGarbage()
    assert.equal(seen.filter((each) => each.deref() !== undefined).length, 0)
    assert.deepEqual(offsets(unread.take(0, 10, 1e6)), [0])
  })
})

/** In a function of its own: the caller's would hold the last of them. */
function readAtOnce(tail: CachedTail, offset: number): WeakRef<object> {
  const added = records(offset, 1)
  tail.add(added, 10)
  tail.dropBelow(offset + 1)
  return new WeakRef(added)
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
