import type { StoredRecord } from '../../contract/record.ts'
import { writeUtf8 } from '../../contract/write-utf8.ts'
import { HeaderReader } from './header-reader.ts'
import type { HeaderWriter } from './header-writer.ts'

/**
 * A batch's records in one run of bytes. Each frame, little endian: offset minus the batch's base (4 bytes), timestamp (8, a
 * double), length of the key in UTF-16 units (4), of the text in bytes (4; the highest bit is set when it is ASCII), of the value (4; all
 * ones for a tombstone), then the text (UTF-8: the key, and the headers as header-form.ts has them), and the value.
 */
const frameHead = 24
const tombstone = 0xffffffff
const ascii = 0x80000000

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

/** The batch's records from offset `from` on; their values are views on `bytes`. */
export function decodeFrames(
  bytes: Uint8Array,
  topic: string,
  partition: number,
  base: number,
  from: number,
): StoredRecord[] {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: StoredRecord[] = []
  const headersIn = new HeaderReader()
  let at = 0
  while (at < source.byteLength) {
    const offset = base + source.readUInt32LE(at)
    const marked = source.readUInt32LE(at + 16)
    const textEnd = at + frameHead + (marked & ~ascii)
    const length = source.readUInt32LE(at + 20)
    const end = length === tombstone ? textEnd : textEnd + length
    const encoding = marked >= ascii ? 'latin1' : 'utf8'
    const text = source.toString(encoding, at + frameHead, textEnd)
    const keyLength = source.readUInt32LE(at + 12)
    // Those of the records that are not asked for, too: what follows may repeat them.
    const headers = headersIn.read(text, keyLength)
    if (offset >= from) {
      records.push({
        topic,
        partition,
        offset,
        key: text.slice(0, keyLength),
        value: length === tombstone ? null : source.subarray(textEnd, end),
        headers,
        timestampMs: source.readDoubleLE(at + 4),
      })
    }
    at = end
  }
  return records
}
