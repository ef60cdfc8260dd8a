import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unread } from '../../../topology/adapters/kafka/consuming/unread.ts'
import { BatchRecords } from '../../../topology/adapters/kafka/records/batch-records.ts'
import { fetched } from './fetched.ts'

const at = { topic: 't', partition: 3 }

const offsets = (unread: Unread, most: number) => unread.take(most).map(({ offset }) => offset)

test('what was fetched is taken in order, a part of a batch or more than one at a time', () => {
  const unread = new Unread()
  unread.push(fetched(0, 3))
  unread.push([...fetched(3, 2), ...fetched(5, 4)])
  assert.equal(unread.length, 9)
  assert.deepEqual(offsets(unread, 2), [0, 1])
  assert.deepEqual(offsets(unread, 5), [2, 3, 4, 5, 6])
  assert.equal(unread.length, 2)
  const last = unread.take(100)
  assert.deepEqual(
    last.map(({ key, headers }) => [key, headers['n']]),
    [
      ['key 7', '7'],
      ['key 8', '8'],
    ],
  )
  assert.equal(unread.length, 0)
  assert.deepEqual(offsets(unread, 100), [])
})

test('what was not taken after all comes first again', () => {
  const unread = new Unread()
  unread.push(fetched(0, 5))
  unread.putBack(unread.take(3))
  assert.equal(unread.length, 5)
  assert.deepEqual(offsets(unread, 2), [0, 1])
  assert.deepEqual(offsets(unread, 10), [2, 3, 4])
})

test('records behind which the batch cannot be read are not lost, and it throws each time', () => {
  const unread = new Unread()
  const whole = { baseOffset: 2, baseMs: 0, appendMs: null, count: 1, body: Buffer.from([80, 0]) }
  unread.push([...fetched(0, 2), new BatchRecords(whole, at, 0)])
  for (let time = 0; time < 2; time++) {
    assert.throws(() => unread.take(10), RangeError)
    assert.equal(unread.length, 3)
  }
  assert.deepEqual(offsets(unread, 2), [0, 1])
})
