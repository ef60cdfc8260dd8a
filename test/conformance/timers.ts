import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Timer, TimerStore } from '../../topology/ports/timers.ts'
import type { Reopening } from './reopening.ts'

const noon = 1_764_000_000_000

const reminder: Timer = {
  id: 't-1',
  dueMs: noon,
  record: {
    topic: 'receipts',
    key: 'default/ç"\u0001',
    value: new Uint8Array([0, 255, 10]),
    headers: { 'c4a-tenant': 'default', odd: '"\\\n☀' },
    timestampMs: noon - 5,
    partition: 3,
  },
}
const at = (id: string, dueMs: number): Timer => ({ ...reminder, id, dueMs })
const idsOf = (timers: readonly Timer[]) => timers.map(({ id }) => id)

/** What every TimerStore owes. */
export function timersSuite(name: string, adapter: Reopening<TimerStore>): void {
  describe(`timers: ${name}`, () => {
    test('gives a record back whole when it is due, and not before', async (t) => {
      const timers = await adapter.fresh(t)
      await timers.schedule([reminder])
      assert.deepEqual(await timers.due(noon - 1, 10), [])
      const [due, ...rest] = await timers.due(noon, 10)
      assert.deepEqual(rest, [])
      assert.deepEqual(plain(due), plain(reminder))
    })

    test('keeps a tombstone, and leaves out what a record leaves out', async (t) => {
      const timers = await adapter.fresh(t)
      const bare = { id: 't', dueMs: 0, record: { topic: 'a', key: '', value: null, headers: {} } }
      await timers.schedule([bare])
      assert.deepStrictEqual(await timers.due(noon, 10), [bare])
    })

    test('answers in due order, the earliest first, no more than asked for', async (t) => {
      const timers = await adapter.fresh(t)
      await timers.schedule([at('c', 30), at('a', 10), at('d', 40)])
      await timers.schedule([at('b', 20)])
      assert.deepEqual(idsOf(await timers.due(35, 10)), ['a', 'b', 'c'])
      assert.deepEqual(idsOf(await timers.due(35, 2)), ['a', 'b'])
    })

    test('leaves a timer as it is when its id is scheduled again', async (t) => {
      const timers = await adapter.fresh(t)
      await timers.schedule([at('a', 10)])
      await timers.schedule([at('a', 99), at('b', 20), at('b', 5)])
      assert.deepEqual(idsOf(await timers.due(20, 10)), ['a', 'b'])
      assert.deepEqual(idsOf(await timers.due(10, 10)), ['a'])
    })

    test('hands a timer out until it is done, and then no more', async (t) => {
      const timers = await adapter.fresh(t)
      await timers.schedule([at('a', 10), at('b', 10)])
      assert.deepEqual(idsOf(await timers.due(10, 1)), idsOf(await timers.due(10, 1)))
      await timers.done(['a', 'nobody'])
      assert.deepEqual(idsOf(await timers.due(10, 10)), ['b'])
      await timers.done(['a', 'b'])
      await timers.done([])
      assert.deepEqual(await timers.due(10, 10), [])
    })

    test('takes many at once', async (t) => {
      const timers = await adapter.fresh(t)
      const many = Array.from({ length: 2_500 }, (_, nth) => at(`t-${nth}`, nth))
      await timers.schedule(many)
      await timers.schedule([])
      assert.deepEqual(idsOf(await timers.due(noon, 5_000)), idsOf(many))
      await timers.done(idsOf(many))
      assert.deepEqual(await timers.due(noon, 10), [])
    })

    test('remembers over the death of its process', async (t) => {
      await (await adapter.fresh(t)).schedule([reminder])
      const next = await adapter.reopened(t)
      assert.deepEqual(plain((await next.due(noon, 1))[0]), plain(reminder))
    })
  })
}

/** Buffers and Uint8Arrays of equal bytes are equal to a reader, but not to deepEqual. */
const plain = (timer: Timer | undefined) =>
  timer && { ...timer, record: { ...timer.record, value: [...(timer.record.value ?? [])] } }
