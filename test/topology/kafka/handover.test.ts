import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Handover } from '../../../topology/adapters/kafka/consuming/handover.ts'
import type { Seat } from '../../../topology/adapters/kafka/consuming/seat.ts'
import { Unread } from '../../../topology/adapters/kafka/consuming/unread.ts'
import { fetched } from './fetched.ts'

function seatOf(partition: number, records: number): Seat {
  const unread = new Unread()
  unread.push(fetched(0, records))
  const owned = { topic: 't', partition, epoch: 1, offset: 0 }
  return { owned, phase: 'open', position: records, paused: false, unread }
}

/** What is handed over of these partitions, turn by turn: a partition and a number of records each. */
function scene(seats: readonly Seat[]) {
  let handed: (readonly [partition: number, records: number])[] = []
  const listener = {
    async onAssign() {},
    async onRevoke() {},
    onRecords({ partition }: { readonly partition: number }, { length }: readonly unknown[]) {
      handed.push([partition, length])
    },
  }
  const handover = new Handover(listener, assert.fail, () => {})
  for (const seat of seats) handover.offer(seat)
  return {
    async nextTurn() {
      handed = []
      await turn()
      return handed
    },
  }
}

describe('a handover', () => {
  test('gives some of each partition in one turn, and the rest in the next', async () => {
    const { nextTurn } = scene([seatOf(0, 700), seatOf(1, 30), seatOf(2, 500)])
    assert.deepEqual(await nextTurn(), [
      [0, 500],
      [1, 30],
      [2, 500],
    ])
    assert.deepEqual(await nextTurn(), [[0, 200]])
    assert.deepEqual(await nextTurn(), [])
  })

  test('gives no more than a full batch in one turn, and begins with those that went without in the next', async () => {
    const { nextTurn } = scene(Array.from({ length: 10 }, (_, partition) => seatOf(partition, 900)))
    assert.deepEqual(
      await nextTurn(),
      Array.from({ length: 8 }, (_, partition) => [partition, 500]),
    )
    const second = await nextTurn()
    assert.deepEqual(second.slice(0, 3), [
      [8, 500],
      [9, 500],
      [0, 400],
    ])
  })

  test('gives nothing more of a partition that was paused meanwhile', async () => {
    const [one, other] = [seatOf(0, 900), seatOf(1, 900)]
    const { nextTurn } = scene([one, other])
    await nextTurn()
    one.paused = true
    assert.deepEqual(await nextTurn(), [[1, 400]])
  })
})
