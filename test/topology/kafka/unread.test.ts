import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unread } from '../../../topology/adapters/kafka/consuming/unread.ts'
import { splitBatches } from '../../../topology/adapters/kafka/records/batch-reader.ts'
import { BatchRecords } from '../../../topology/adapters/kafka/records/batch-records.ts'
import { writeBatch } from '../../../topology/adapters/kafka/records/batch-writer.ts'
import { codecs } from '../../../topology/adapters/kafka/records/codecs.ts'

const at = { topic: 't', partition: 3 }
const stamp = { producerId: 77n, producerEpoch: 2, sequence: 0 }

/** `count` records from an offset on, as they are fetched. */
function batch(baseOffset: number, count: number): readonly BatchRecords[] {
  const records = Array.from({ length: count }, (_, n) => ({
    topic: 't',
    key: `key ${baseOffset + n}`,
    value: null,
    headers: { n: String(baseOffset + n) },
  }))
  const bytes = writeBatch(records, 1_764_000_000_000, codecs.none, stamp)
  bytes.writeBigInt64BE(BigInt(baseOffset), 0)
  return splitBatches(bytes, at, 0).batches
}

const offsets = (unread: Unread, most: number) => unread.take(most).map(({ offset }) => offset)

test('what was fetched is taken in order, a part of a batch or more than one at a time', () => {
  const unread = new Unread()
  unread.push(batch(0, 3))
  unread.push([...batch(3, 2), ...batch(5, 4)])
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
  unread.push(batch(0, 5))
  unread.putBack(unread.take(3))
  assert.equal(unread.length, 5)
  assert.deepEqual(offsets(unread, 2), [0, 1])
  assert.deepEqual(offsets(unread, 10), [2, 3, 4])
})

test('records behind which the batch cannot be read are not lost, and it throws each time', () => {
  const unread = new Unread()
  const whole = { baseOffset: 2, baseMs: 0, appendMs: null, count: 1, body: Buffer.from([80, 0]) }
  unread.push([...batch(0, 2), new BatchRecords(whole, at, 0)])
  for (let time = 0; time < 2; time++) {
    assert.throws(() => unread.take(10), RangeError)
    assert.equal(unread.length, 3)
  }
  assert.deepEqual(offsets(unread, 2), [0, 1])
})
