import type { NewRecord, StoredRecord, ValueInPlace } from '../../contract/record.ts'
import { writeUtf8 } from '../../contract/write-utf8.ts'
import { ascii, frameHead } from './frame-form.ts'
import type { FrameMemory } from './frame-memory.ts'
import { FrameRecord } from './frame-record.ts'
import type { HeaderWriter } from './header-writer.ts'
import { ReadRun } from './read-run.ts'

const tombstone = 0xffffffff

/** What a frame holds as its record's value. */
export type FrameValue = NewRecord['value'] | ValueInPlace

/** Never less than what the frame takes: UTF-8 needs at most three bytes per UTF-16 unit. */
export function frameBound(key: string, headerUnits: number, value: FrameValue): number {
  return frameHead + 3 * (key.length + headerUnits) + boundOf(value)
}

/** Writes one frame from `at` on, and answers where it ends. The memory must have room for its bound. `ahead` is the offset minus the batch's base; `headers` has been told the record's. */
export function encodeFrame(
  { bytes: target, view }: FrameMemory,
  at: number,
  ahead: number,
  key: string,
  value: FrameValue,
  headers: HeaderWriter,
  timestampMs: number,
): number {
  const start = at + frameHead
  // A frame that is the first of its run has nothing before it that a reader has seen.
  const textEnd = headers.write(target, writeUtf8(target, start, key), ahead === 0)
  const bytes = textEnd - start
  const isAscii = bytes === key.length + headers.units
  const end = value === null ? textEnd : writeValue(target, textEnd, value)
  view.setUint32(at, ahead, true)
  view.setFloat64(at + 4, timestampMs, true)
  view.setUint32(at + 12, key.length, true)
  view.setUint32(at + 16, isAscii ? bytes + ascii : bytes, true)
  view.setUint32(at + 20, value === null ? tombstone : end - textEnd, true)
  return end
}

function boundOf(value: FrameValue): number {
  if (value === null) return 0
  return value instanceof Uint8Array ? value.byteLength : value.bound
}

function writeValue(target: Buffer, at: number, value: Uint8Array | ValueInPlace): number {
  if (!(value instanceof Uint8Array)) return value.write(target, at)
  target.set(value, at)
  return at + value.byteLength
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
