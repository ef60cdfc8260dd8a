import type { Headers, StoredRecord, TopicPartition } from '../../../contract/record.ts'
import { ByteReader } from './byte-reader.ts'
import { codecOf } from './codecs.ts'
import { crc32c } from './crc32c.ts'

/** A transaction that was given up: its producer's records from this offset on, up to the marker, are void. */
export interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: number
}

export interface BatchesRead {
  readonly records: StoredRecord[]
  /** Where the next fetch goes on: behind markers, gaps and what was given up, too. */
  readonly next: number
}

/** What precedes a batch's length, and a batch's bytes before its records. */
const lengthEnd = 12
const overhead = 61

/**
 * The records of record batches (format 2) from the offset `from` on. The last batch may be cut off: the broker
 * cuts at the size asked for. Throws a plain Error for bytes that are no batch, for a checksum that is wrong, and
 * for a codec that nobody here knows.
 */
export function readBatches(
  bytes: Buffer,
  at: TopicPartition,
  from: number,
  aborted: readonly Aborted[] = [],
): BatchesRead {
  const records: StoredRecord[] = []
  const pending = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  const void_ = new Set<bigint>()
  let next = from
  for (let start = 0; bytes.length - start >= overhead; ) {
    const end = start + lengthEnd + bytes.readInt32BE(start + 8)
    if (end > bytes.length) break
    const batch = readHead(bytes, start, end, at)
    while (pending[0] && pending[0].firstOffset <= batch.lastOffset) {
      const abort = pending.shift()
      if (abort) void_.add(abort.producerId)
    }
    if (batch.isControl) void_.delete(batch.producerId)
    else if (!(batch.isTransactional && void_.has(batch.producerId))) {
      readRecords(batch, at, from, records)
    }
    next = Math.max(next, batch.lastOffset + 1)
    start = end
  }
  return { records, next }
}

interface Head {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly baseMs: number
  /** The broker's time, where the topic is dated by the broker. */
  readonly appendMs: number | null
  readonly producerId: bigint
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly count: number
  readonly body: Buffer
}

function readHead(bytes: Buffer, start: number, end: number, at: TopicPartition): Head {
  const head = new ByteReader(bytes, start, end)
  const baseOffset = head.int64()
  head.at += 8
  const magic = head.int8()
  if (magic !== 2) throw faulty(at, baseOffset, `has format ${magic}, of before Kafka 0.11`)
  const crc = head.int32() >>> 0
  if (crc !== crc32c(bytes, start + 21, end)) throw faulty(at, baseOffset, 'has a wrong checksum')
  const attributes = head.int16()
  const lastOffset = baseOffset + head.int32()
  const baseMs = head.int64()
  const maxMs = head.int64()
  const producerId = head.bigint()
  head.at += 6
  const count = head.int32()
  const codec = codecOf(attributes & 7)
  if (!codec) throw faulty(at, baseOffset, `is compressed with codec ${attributes & 7}`)
  return {
    baseOffset,
    lastOffset,
    baseMs,
    appendMs: attributes & 8 ? maxMs : null,
    producerId,
    isTransactional: (attributes & 16) !== 0,
    isControl: (attributes & 32) !== 0,
    count,
    body: codec.decompress(head.view(head.left)),
  }
}

function readRecords(
  { baseOffset, baseMs, appendMs, count, body }: Head,
  { topic, partition }: TopicPartition,
  from: number,
  records: StoredRecord[],
): void {
  const reader = new ByteReader(body)
  const before: Known[] = []
  for (let left = count; left > 0; left--) {
    const length = reader.varint()
    const end = reader.at + length
    reader.at += 1
    const timestampMs = baseMs + reader.varint()
    const offset = baseOffset + reader.varint()
    if (offset >= from) {
      const key = text(reader, reader.varint())
      const valueLength = reader.varint()
      const value = valueLength < 0 ? null : reader.view(valueLength)
      const headers = readHeaders(reader, before)
      records.push({
        topic,
        partition,
        offset,
        key,
        value,
        headers,
        timestampMs: appendMs ?? timestampMs,
      })
    }
    reader.at = end
  }
}

/** A text, and where its bytes stand. */
interface Known {
  readonly text: string
  readonly at: number
  readonly length: number
}

/** Records of one batch mostly have the same headers, so bytes are made a text only where they are not those before. */
function readHeaders(reader: ByteReader, before: Known[]): Headers {
  const headers: Record<string, string> = {}
  const end = 2 * reader.varint()
  for (let index = 0; index < end; index += 2) {
    const name = readText(reader, before, index)
    const value = readText(reader, before, index + 1)
    // Assigning to it would set the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true })
    else headers[name] = value
  }
  return headers
}

function readText(reader: ByteReader, before: Known[], index: number): string {
  const length = reader.varint()
  const { at, bytes } = reader
  const known = before[index]
  if (known?.length === length) {
    let same = 0
    while (same < length && bytes[at + same] === bytes[known.at + same]) same++
    if (same === length) {
      reader.at += length
      return known.text
    }
  }
  const read = text(reader, length)
  before[index] = { text: read, at, length }
  return read
}

/** Null (of another's record) counts as empty. */
function text(reader: ByteReader, length: number): string {
  if (length <= 0) return ''
  const { at, bytes } = reader
  reader.at += length
  return bytes.toString('utf8', at, at + length)
}

function faulty({ topic, partition }: TopicPartition, offset: number, why: string): Error {
  return new Error(`the batch at ${topic}/${partition}/${offset} ${why}`)
}
