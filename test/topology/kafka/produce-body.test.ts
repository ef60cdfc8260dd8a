import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProduceBody } from '../../../topology/adapters/kafka/producing/produce-body.ts'
import { ByteReader } from '../../../topology/adapters/kafka/records/byte-reader.ts'

/** As a broker reads it: by topic, the partitions and what stands in them. */
function read(body: ProduceBody) {
  const reader = new ByteReader(body.request().buf)
  assert.deepEqual([reader.string(), reader.int16(), reader.int32()], [null, -1, 5_000])
  const topics = reader.array(() => ({
    topic: reader.string(),
    batches: reader.array(() => [reader.int32(), String(reader.view(reader.int32()))]),
  }))
  assert.equal(reader.left, 0)
  return topics
}

test('batches stand by topic, with their lengths, and what was not written leaves nothing', () => {
  const body = new ProduceBody(Buffer.alloc(1_000, 'x'), 5_000)
  const add = (topic: string, partition: number, text: string | null) =>
    body.add({ topic, partition }, (out) => {
      out.raw(Buffer.from(text ?? 'given up'))
      return text
    })
  assert.deepEqual(read(body), [])
  assert.equal(add('none', 0, null), null)
  assert.equal(add('a', 1, 'first'), 'first')
  add('a', 2, null)
  add('a', 3, '')
  add('b', 0, null)
  add('b', 1, 'second')
  assert.deepEqual(read(body), [
    {
      topic: 'a',
      batches: [
        [1, 'first'],
        [3, ''],
      ],
    },
    { topic: 'b', batches: [[1, 'second']] },
  ])
})

test('one that is longer than its room gets a larger one', () => {
  const room = Buffer.alloc(300)
  const body = new ProduceBody(room, 5_000)
  const long = 'long '.repeat(100)
  body.add({ topic: 'a', partition: 0 }, (out) => out.raw(Buffer.from('short')))
  body.add({ topic: 'a', partition: 1 }, (out) => out.raw(Buffer.from(long)))
  assert.notEqual(body.room, room)
  assert.deepEqual(read(body), [
    {
      topic: 'a',
      batches: [
        [0, 'short'],
        [1, long],
      ],
    },
  ])
})
