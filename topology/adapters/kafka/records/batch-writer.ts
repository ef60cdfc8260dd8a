import type { Headers, NewRecord } from '../../../contract/record.ts'
import { ByteWriter } from './byte-writer.ts'
import type { Codec } from './codecs.ts'
import { crc32c } from './crc32c.ts'
import { StoredHeaders } from './stored-headers.ts'

/** Who writes, so that the broker knows a repetition: stands in each batch. */
export interface Stamp {
  readonly producerId: bigint
  readonly producerEpoch: number
  /** The number of the batch's first record among the producer's for the partition. */
  readonly sequence: number
}

/** A batch's bytes before its records. */
export const batchOverhead = 61

/** For what is compressed: written to again and again. */
const scratch = new ByteWriter(64 * 1024)

/**
 * Writes records of one partition as a record batch, format 2
 * (https://kafka.apache.org/documentation/#recordbatch), and answers with a view of it. `nowMs` dates the records that have no time.
 */
export function writeBatch(
  records: readonly NewRecord[],
  nowMs: number,
  codec: Codec,
  { producerId, producerEpoch, sequence }: Stamp,
  out: ByteWriter = new ByteWriter(batchOverhead),
): Buffer {
  const start = out.length
  out.room(batchOverhead)
  out.length += batchOverhead
  const baseMs = Math.floor(records[0]?.timestampMs ?? nowMs)
  const maxMs = codec.id === 0 ? writeRecords(out, records, baseMs, nowMs) : packed()
  const batch = out.bytes.subarray(start, out.length)
  batch.writeBigInt64BE(0n, 0) // the broker gives the offset
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt32BE(-1, 12) // partition leader epoch: likewise
  batch.writeInt8(2, 16)
  batch.writeInt16BE(codec.id, 21)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(baseMs), 27)
  batch.writeBigInt64BE(BigInt(maxMs), 35)
  batch.writeBigInt64BE(producerId, 43)
  batch.writeInt16BE(producerEpoch, 51)
  batch.writeInt32BE(sequence, 53)
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17)
  return batch

  function packed(): number {
    scratch.length = 0
    const maxMs = writeRecords(scratch, records, baseMs, nowMs)
    out.raw(codec.compress(scratch.view()))
    return maxMs
  }
}

/** Answers the latest time among them. */
function writeRecords(
  out: ByteWriter,
  records: readonly NewRecord[],
  baseMs: number,
  nowMs: number,
): number {
  let maxMs = baseMs
  for (let index = 0; index < records.length; index++) {
    const record = records[index]
    if (!record) continue
    const timestampMs = Math.floor(record.timestampMs ?? nowMs)
    if (timestampMs > maxMs) maxMs = timestampMs
    writeRecord(out, record, index, timestampMs - baseMs)
  }
  return maxMs
}

function writeRecord(
  out: ByteWriter,
  { key, value, headers }: NewRecord,
  offsetDelta: number,
  timestampDelta: number,
): void {
  // The length stands before the body and is itself of varying length; two bytes fit nearly always.
  out.room(2)
  const start = out.length
  out.length += 2
  out.int8(0)
  out.varint(timestampDelta)
  out.varint(offsetDelta)
  out.varintString(key)
  if (value === null) out.varint(-1)
  else {
    out.varint(value.length)
    out.raw(value)
  }
  const stored = StoredHeaders.behind(headers)
  if (stored) stored.write(out)
  else writeHeaders(out, headers)
  const end = out.length
  const length = end - start - 2
  const width = length < 64 ? 1 : length < 8192 ? 2 : 3 + +(length >= 0x100000)
  if (width !== 2) {
    out.room(2)
    out.bytes.copyWithin(start + width, start + 2, end)
  }
  out.length = start
  out.varint(length)
  out.length = end - 2 + width
}

function writeHeaders(out: ByteWriter, headers: Headers): void {
  let count = 0
  for (const _ in headers) count++
  out.varint(count)
  for (const name in headers) {
    out.varintString(name)
    out.varintString(headers[name] ?? '')
  }
}
