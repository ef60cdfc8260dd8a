import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { compressSync } from 'snappy'
import { readBatches } from '../../../topology/adapters/kafka/records/batch-reader.ts'
import { writeBatch } from '../../../topology/adapters/kafka/records/batch-writer.ts'
import { ByteReader } from '../../../topology/adapters/kafka/records/byte-reader.ts'
import { ByteWriter } from '../../../topology/adapters/kafka/records/byte-writer.ts'
import { codecs } from '../../../topology/adapters/kafka/records/codecs.ts'
import { crc32c } from '../../../topology/adapters/kafka/records/crc32c.ts'
import type { Headers, NewRecord, StoredRecord } from '../../../topology/contract/record.ts'

const at = { topic: 't', partition: 3 }
const stamp = { producerId: 77n, producerEpoch: 2, sequence: 41 }
const nowMs = 1_764_000_000_000

const plain = (value: string | null): NewRecord => ({
  topic: 't',
  key: 'acme/1',
  value: value === null ? null : Buffer.from(value),
  headers: {},
})

/** Lengths on both sides of every width of a varint, and text on both sides of ASCII. */
const hard: readonly NewRecord[] = [
  plain('hello'),
  plain(null),
  plain(''),
  { ...plain('x'), key: '' },
  { ...plain('x'), key: 'conversação/🙂'.repeat(20) },
  { ...plain('x'), headers: { '': '', naïve: 'olá "🙂"\n', ['a'.repeat(70)]: 'b'.repeat(9000) } },
  { ...plain('x'), headers: JSON.parse('{"__proto__": "p", "constructor": "c"}') },
  ...[{ ab: 'xy' }, { ab: 'xz' }, { ac: 'xz' }, { ac: 'xz', ab: '' }, { ab: 'xz', ac: 'xz' }].map(
    (headers) => ({ ...plain('x'), headers }),
  ),
  { ...plain('x'), timestampMs: nowMs - 40 * 86_400_000 },
  { ...plain('x'), timestampMs: nowMs + 5 },
  ...[30, 31, 50, 63, 64, 4050, 4090, 8180, 8192, 70_000, 600_000].map((length) =>
    plain('v'.repeat(length)),
  ),
]

function written(records: readonly NewRecord[], codec = codecs.none, baseOffset = 0): Buffer {
  const bytes = writeBatch(records, nowMs, codec, stamp)
  bytes.writeBigInt64BE(BigInt(baseOffset), 0) // as the broker does
  return bytes
}

function withAttributes(bytes: Buffer, attributes: number): Buffer {
  bytes.writeInt16BE(attributes, 21)
  bytes.writeUInt32BE(crc32c(bytes, 21, bytes.length), 17)
  return bytes
}

function shown(records: readonly (NewRecord | StoredRecord)[]) {
  return records.map(({ key, value, headers, timestampMs }) => ({
    key,
    value: value && Buffer.from(value).toString(),
    headers: Object.entries(headers),
    timestampMs: timestampMs ?? nowMs,
  }))
}

describe('record batches', () => {
  for (const [name, codec] of Object.entries(codecs)) {
    test(`come back as they were written, compressed with ${name}`, () => {
      const { records, next } = readBatches(written(hard, codec, 1000), at, 1000)
      assert.deepEqual(shown(records), shown(hard))
      assert.deepEqual(
        records.map(({ topic, partition, offset }) => [topic, partition, offset]),
        hard.map((_, index) => ['t', 3, 1000 + index]),
      )
      assert.equal(next, 1000 + hard.length)
    })
  }

  test('are read by kafkajs as they are read here', async () => {
    const read = kafkajs('recordBatch/v0/decoder.js')
    const Decoder = kafkajs('decoder.js')
    const batch = await read(new Decoder(written(hard, codecs.gzip, 5)))
    assert.deepEqual([batch.producerId, batch.producerEpoch, batch.firstSequence], ['77', 2, 41])
    const { records } = readBatches(written(hard, codecs.gzip, 5), at, 5)
    const theirs = batch.records.filter((_: unknown, index: number) => index !== protoAt)
    const ours = records.filter((_, index) => index !== protoAt)
    type Theirs = Record<'offset' | 'timestamp' | 'key' | 'value', unknown> & {
      headers: Record<string, Buffer>
    }
    assert.deepEqual(
      theirs.map(({ offset, timestamp, key, value, headers }: Theirs) => [
        Number(offset),
        Number(timestamp),
        String(key),
        value && String(value),
        Object.entries(headers).map(([header, bytes]) => [header, String(bytes)]),
      ]),
      ours.map(({ offset, timestampMs, key, value, headers }) => [
        offset,
        timestampMs,
        key,
        value && String(value),
        Object.entries(headers),
      ]),
    )
  })

  test('of kafkajs are read here', async () => {
    const { RecordBatch } = kafkajs('recordBatch/v0/index.js')
    const record = kafkajs('recordBatch/record/v0/index.js')
    const records = [0, 1, 2].map((offsetDelta) =>
      record({
        offsetDelta,
        timestampDelta: offsetDelta,
        key: `k${offsetDelta}`,
        value: 'v',
        headers: { h: 'ä' },
      }),
    )
    const { buffer } = await RecordBatch({
      records,
      firstTimestamp: nowMs,
      maxTimestamp: nowMs + 2,
      lastOffsetDelta: 2,
    })
    assert.deepEqual(
      readBatches(buffer, at, 0).records.map(({ key, headers, timestampMs }) => [
        key,
        headers['h'],
        timestampMs,
      ]),
      [
        ['k0', 'ä', nowMs],
        ['k1', 'ä', nowMs + 1],
        ['k2', 'ä', nowMs + 2],
      ],
    )
  })

  test("in Java's framing of snappy are read", () => {
    const body = Buffer.from('one block and another')
    const framed = [body.subarray(0, 9), body.subarray(9)].flatMap((part) => {
      const block = compressSync(part)
      const length = Buffer.alloc(4)
      length.writeInt32BE(block.length)
      return [length, block]
    })
    const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    assert.deepEqual(codecs.snappy.decompress(Buffer.concat([head, ...framed])), body)
  })

  test('begin in the middle where that is asked for, and follow one another', () => {
    const three = [plain('a'), plain('b'), plain('c')]
    const bytes = Buffer.concat([written(three, codecs.none, 10), written(three, codecs.lz4, 13)])
    const { records, next } = readBatches(bytes, at, 12)
    assert.deepEqual(
      records.map(({ offset, value }) => [offset, String(value)]),
      [
        [12, 'c'],
        [13, 'a'],
        [14, 'b'],
        [15, 'c'],
      ],
    )
    assert.equal(next, 16)
  })

  test('that are cut off are left for the next fetch', () => {
    const whole = written([plain('a')], codecs.none, 4)
    const bytes = Buffer.concat([whole, written([plain('b')], codecs.none, 5)])
    for (let cut = whole.length; cut < bytes.length; cut += 7) {
      const { records, next } = readBatches(bytes.subarray(0, cut), at, 4)
      assert.deepEqual([records.length, next], [1, 5])
    }
    assert.deepEqual(readBatches(Buffer.alloc(0), at, 9), { records: [], next: 9 })
  })

  test('that compaction emptied, and gaps, are passed', () => {
    const emptied = written([plain('a'), plain('b')], codecs.none, 20).subarray(0, 61)
    emptied.writeInt32BE(61 - 12, 8)
    emptied.writeInt32BE(0, 57)
    const bytes = withAttributes(Buffer.from(emptied), 0)
    assert.deepEqual(readBatches(bytes, at, 20), { records: [], next: 22 })
    const gap = Buffer.concat([bytes, written([plain('c')], codecs.none, 30)])
    assert.deepEqual(
      readBatches(gap, at, 20).records.map(({ offset }) => offset),
      [30],
    )
  })

  test('of a transaction that was given up are void, and its marker is no record', () => {
    const [transactional, control] = [16, 48]
    const bytes = Buffer.concat([
      withAttributes(written([plain('void')], codecs.none, 0), transactional),
      written([plain('other')], codecs.none, 1),
      withAttributes(written([plain('marker')], codecs.none, 2), control),
      withAttributes(written([plain('good')], codecs.none, 3), transactional),
      withAttributes(written([plain('marker')], codecs.none, 4), control),
    ])
    const { records, next } = readBatches(bytes, at, 0, [{ producerId: 77n, firstOffset: 0 }])
    assert.deepEqual(
      records.map(({ value }) => String(value)),
      ['other', 'good'],
    )
    assert.equal(next, 5)
  })

  test('that the broker dates have its time', () => {
    const bytes = withAttributes(written([plain('a'), { ...plain('b'), timestampMs: 5 }]), 8)
    bytes.writeBigInt64BE(99n, 35)
    const { records } = readBatches(withAttributes(bytes, 8), at, 0)
    assert.deepEqual(
      records.map(({ timestampMs }) => timestampMs),
      [99, 99],
    )
  })

  const damage: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'a wrong checksum': (bytes) => {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      return bytes
    },
    'format 1': (bytes) => {
      bytes[16] = 1
      return bytes
    },
    'codec 7': (bytes) => withAttributes(bytes, 7),
  }
  for (const [what, damaged] of Object.entries(damage)) {
    test(`with ${what} are refused, and the place is named`, () => {
      const bytes = damaged(written([plain('a')], codecs.none, 8))
      assert.throws(() => readBatches(bytes, at, 0), { message: new RegExp(`t/3/8 .*${what}`) })
    })
  }
})

describe('headers that were read', () => {
  const ofAFriend = { '': '', naïve: 'olá "🙂"', ['a'.repeat(70)]: 'b'.repeat(9000) }
  const first = { ...plain('x'), headers: { ab: 'xy' } }
  const [read] = readBatches(written([{ ...first, headers: ofAFriend }, first]), at, 0).records
  assert.ok(read)
  const headersOf = (record: NewRecord) =>
    readBatches(written([first, record]), at, 0).records.at(-1)?.headers

  test('are written again as they stand, and mean the same', () => {
    const again = { ...plain('y'), headers: read.headers }
    assert.deepEqual(headersOf(again), ofAFriend)
    assert.deepEqual(written([again]), written([{ ...again, headers: ofAFriend }]))
  })

  test('are nothing but what they say to anybody else', () => {
    assert.deepEqual(read.headers, ofAFriend)
    assert.deepEqual(Reflect.ownKeys(read.headers), Object.keys(ofAFriend))
  })

  test('answer as any object does, whether one of them was asked for before or all', () => {
    const own = JSON.parse('{"ab": "1", "naïve": "2", "__proto__": "p", "constructor": "c"}')
    const asked: readonly ((headers: Headers) => unknown)[] = [
      ({ ab }) => ab,
      (headers) => headers['naïve'],
      (headers) => headers['na\u00c3\u00afve'],
      (headers) => headers['absent'],
      (headers) => Reflect.get(headers, '__proto__'),
      (headers) => headers['constructor'],
      (headers) => headers['toString'],
      (headers) => 'ab' in headers,
      (headers) => 'absent' in headers,
      (headers) => Object.hasOwn(headers, 'ab'),
      (headers) => Object.hasOwn(headers, 'toString'),
      (headers) => Object.entries(headers),
      (headers) => JSON.stringify(headers),
      (headers) => String(headers),
      (headers) => Object.entries({ ...headers }),
      (headers) => Object.getPrototypeOf(headers),
      (headers) => {
        const names: string[] = []
        for (const name in headers) names.push(name)
        return names
      },
    ]
    for (const [nth, ask] of asked.entries()) {
      const fresh = headersOf({ ...plain('y'), headers: own })
      assert.ok(fresh)
      assert.deepEqual(ask(fresh), ask(own), `question ${nth}`)
      assert.deepEqual(ask(fresh), ask(own), `question ${nth}, again`)
    }
  })

  test('keep the last value of a name that repeats', () => {
    const twice = written([{ ...plain('y'), headers: { ab: 'x1', cd: '-', af: 'x2' } }])
    twice[twice.indexOf('af') + 1] = 'b'.charCodeAt(0)
    const [record] = readBatches(withAttributes(twice, 0), at, 0).records
    assert.equal(record?.headers['ab'], 'x2')
    assert.deepEqual(record?.headers, { ab: 'x2', cd: '-' })
  })

  test('cannot be changed', () => {
    const headers = headersOf(first) as Record<string, string>
    assert.throws(() => {
      headers['ab'] = 'z'
    }, TypeError)
    assert.throws(() => Object.freeze(headers), TypeError)
    assert.deepEqual(headers, { ab: 'xy' })
  })

  test('that end behind their batch are told of when the record is taken', () => {
    const bytes = written([{ ...plain('x'), headers: { ab: 'xy' } }])
    bytes[bytes.indexOf('ab') - 1] = 126
    assert.throws(() => readBatches(withAttributes(bytes, 0), at, 0), RangeError)
  })

  test('are written anew where a copy has others', () => {
    const headers = { ...read.headers, '': 'more', b: 'c' }
    assert.deepEqual(headersOf({ ...plain('y'), headers }), { ...ofAFriend, '': 'more', b: 'c' })
  })

  test('serve again after the batch that they were read from was compressed', () => {
    const [packed] = readBatches(
      written([{ ...first, headers: ofAFriend }], codecs.zstd),
      at,
      0,
    ).records
    assert.deepEqual(headersOf({ ...plain('y'), headers: packed?.headers ?? {} }), ofAFriend)
  })
})

test('CRC-32C is the one of RFC 3720', () => {
  const bytes = Buffer.from('xx123456789x')
  assert.equal(crc32c(bytes, 2, 11), 0xe3069283)
  assert.equal(crc32c(Buffer.alloc(32), 0, 32), 0x8a9136aa)
  assert.equal(crc32c(bytes, 3, 3), 0)
  assert.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, n) => n)), 0, 32), 0x46dd794e)
})

test('CRC-32C is the same a step of many bytes at a time and bit by bit', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, n) => (n * n * 167 + 13) & 0xff))
  const bitByBit = (start: number, end: number) => {
    let crc = 0xffffffff
    for (const byte of bytes.subarray(start, end)) {
      crc ^= byte
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    }
    return ~crc >>> 0
  }
  for (let end = 5; end <= bytes.length; end++) {
    assert.equal(crc32c(bytes, 5, end), bitByBit(5, end), `${end - 5} bytes`)
  }
})

test('varints come back over their whole range', () => {
  const out = new ByteWriter(4)
  const values = Array.from({ length: 53 }, (_, bit) => 2 ** bit)
    .flatMap((value) => [value, value - 1, -value, 1 - value, -value - 1])
    .concat(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)
  for (const value of values) out.varint(value)
  const read = new ByteReader(out.view())
  assert.deepEqual(
    values.map(() => read.varint()),
    values.map((value) => value + 0),
  )
  assert.equal(read.left, 0)
  assert.throws(() => read.varint(), RangeError)
})

/** kafkajs keeps the name for the prototype, so that record is left out of the comparison. */
const protoAt = 6

function kafkajs(path: string) {
  return createRequire(import.meta.url)(`kafkajs/src/protocol/${path}`)
}
