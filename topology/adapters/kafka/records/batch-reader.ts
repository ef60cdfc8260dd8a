import type { StoredRecord, TopicPartition } from '../../../contract/record.ts'
import { type BatchBody, BatchRecords } from './batch-records.ts'
import { ByteReader } from './byte-reader.ts'
import { codecOf } from './codecs.ts'
import { crc32c } from './crc32c.ts'

/** A transaction that was given up: its producer's records from this offset on, up to the marker, are void. */
export interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: number
}

export interface BatchesRead {
  /** Their checksums are right, and they are decompressed. */
  readonly batches: readonly BatchRecords[]
  /** Where the next fetch goes on: behind markers, gaps and what was given up, too. */
  readonly next: number
}

/** What precedes a batch's length, and a batch's bytes before its records. */
const lengthEnd = 12
const overhead = 61

/** All records of record batches at once; see `splitBatches`. */
export function readBatches(
  bytes: Buffer,
  at: TopicPartition,
  from: number,
  aborted: readonly Aborted[] = [],
): { readonly records: StoredRecord[]; readonly next: number } {
  const { batches, next } = splitBatches(bytes, at, from, aborted)
  const records: StoredRecord[] = []
  for (const batch of batches) batch.take(Number.POSITIVE_INFINITY, records)
  return { records, next }
}

/**
 * Record batches (format 2), whose records are wanted from the offset `from` on. The last batch may be cut off: the broker
 * cuts at the size asked for. Throws a plain Error for bytes that are no batch, for a checksum that is wrong, and
 * for a codec that nobody here knows.
 */
export function splitBatches(
  bytes: Buffer,
  at: TopicPartition,
  from: number,
  aborted: readonly Aborted[] = [],
): BatchesRead {
  const batches: BatchRecords[] = []
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
    else if (batch.lastOffset >= from && !(batch.isTransactional && void_.has(batch.producerId))) {
      batches.push(new BatchRecords(batch, at, from))
    }
    next = Math.max(next, batch.lastOffset + 1)
    start = end
  }
  return { batches, next }
}

interface Head extends BatchBody {
  readonly lastOffset: number
  readonly producerId: bigint
  readonly isTransactional: boolean
  readonly isControl: boolean
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

function faulty({ topic, partition }: TopicPartition, offset: number, why: string): Error {
  return new Error(`the batch at ${topic}/${partition}/${offset} ${why}`)
}
