import type { StoredRecord } from '../../contract/record.ts'
import { writeUtf8 } from '../../contract/write-utf8.ts'
import { ascii, frameHead } from './frame-form.ts'
import { FrameRecord } from './frame-record.ts'
import type { HeaderWriter } from './header-writer.ts'
import { ReadRun } from './read-run.ts'

const tombstone = 0xffffffff

/** Never less than what the frame takes: UTF-8 needs at most three bytes per UTF-16 unit. */
export function frameBound(key: string, headerUnits: number, value: Uint8Array | null): number {
  return frameHead + 3 * (key.length + headerUnits) + (value?.byteLength ?? 0)
}

/** What a frame says of a record, beside its offset and the text of its headers. */
type Framed = Pick<StoredRecord, 'key' | 'value'>

/** Writes one frame from `at` on, and answers where it ends. The buffer must have room for its bound. `ahead` is the offset minus the batch's base; `headers` has been told the record's. */
export function encodeFrame(
  target: Buffer,
  at: number,
  ahead: number,
  { key, value }: Framed,
  headers: HeaderWriter,
  timestampMs: number,
): number {
  const start = at + frameHead
  // A frame that is the first of its run has nothing before it that a reader has seen.
  const textEnd = headers.write(target, writeUtf8(target, start, key), ahead === 0)
  const bytes = textEnd - start
  const isAscii = bytes === key.length + headers.units
  target.writeUInt32LE(ahead, at)
  target.writeDoubleLE(timestampMs, at + 4)
  target.writeUInt32LE(key.length, at + 12)
  target.writeUInt32LE(isAscii ? bytes + ascii : bytes, at + 16)
  target.writeUInt32LE(value === null ? tombstone : value.byteLength, at + 20)
  if (value === null) return textEnd
  target.set(value, textEnd)
  return textEnd + value.byteLength
}

/** The batch's records from offset `from` on; their values are views on `bytes`, and the rest is read from there when it is asked for. */
export function decodeFrames(
  bytes: Uint8Array,
  topic: string,
  partition: number,
  base: number,
  from: number,
): StoredRecord[] {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: StoredRecord[] = []
  const run = new ReadRun(source)
  let at = 0
  while (at < source.byteLength) {
    const nth = run.begins(at)
    const offset = base + source.readUInt32LE(at)
    const textEnd = at + frameHead + (source.readUInt32LE(at + 16) & ~ascii)
    const length = source.readUInt32LE(at + 20)
    const end = length === tombstone ? textEnd : textEnd + length
    if (offset >= from) {
      const value = length === tombstone ? null : source.subarray(textEnd, end)
      const timestampMs = source.readDoubleLE(at + 4)
      records.push(new FrameRecord(topic, partition, offset, value, timestampMs, run, nth))
    }
    at = end
  }
  return records
}
