import { crc32 } from 'node:zlib'
import type { Headers, StoredRecord } from '../../contract/record.ts'

/**
 * A batch's records in one run of bytes. Each frame, little endian: offset minus the batch's base (4 bytes), timestamp (8, a
 * double), length of the key (4), of the headers (4), of the value (4; all ones for a tombstone), then key (UTF-8),
 * headers (a JSON object, or nothing), value.
 */
const frameHead = 24
const tombstone = 0xffffffff

export function headerTextOf(headers: Headers): string {
  for (const _ in headers) return JSON.stringify(headers)
  return ''
}

/** Never less than what the frame takes: UTF-8 needs at most three bytes per UTF-16 unit. */
export function frameBound(key: string, headerText: string, value: Uint8Array | null): number {
  return frameHead + 3 * (key.length + headerText.length) + (value?.byteLength ?? 0)
}

/** Writes frames from `start` on and answers where they end. The buffer must have room for the sum of their bounds. `headers` are their texts. */
export function encodeFrames(
  target: Buffer,
  start: number,
  base: number,
  records: readonly StoredRecord[],
  headers: readonly string[],
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength)
  let at = start
  for (let nth = 0; nth < records.length; nth++) {
    const record = records[nth]
    if (!record) break
    const { key, value } = record
    const headerText = headers[nth] ?? ''
    const keyBytes = target.write(key, at + frameHead, 'utf8')
    let end = at + frameHead + keyBytes
    const headerBytes = headerText === '' ? 0 : target.write(headerText, end, 'utf8')
    end += headerBytes
    view.setUint32(at, record.offset - base, true)
    view.setFloat64(at + 4, record.timestampMs, true)
    view.setUint32(at + 12, keyBytes, true)
    view.setUint32(at + 16, headerBytes, true)
    view.setUint32(at + 20, value === null ? tombstone : value.byteLength, true)
    if (value !== null) {
      target.set(value, end)
      end += value.byteLength
    }
    at = end
  }
  return at
}

export function checksum(frames: Uint8Array): number {
  return crc32(frames)
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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: StoredRecord[] = []
  let at = 0
  while (at < bytes.byteLength) {
    const offset = base + view.getUint32(at, true)
    const timestampMs = view.getFloat64(at + 4, true)
    const keyEnd = at + frameHead + view.getUint32(at + 12, true)
    const headerEnd = keyEnd + view.getUint32(at + 16, true)
    const length = view.getUint32(at + 20, true)
    const end = length === tombstone ? headerEnd : headerEnd + length
    if (offset >= from) {
      const key = source.toString('utf8', at + frameHead, keyEnd)
      const headers = headerEnd === keyEnd ? noHeaders : parsed(source, keyEnd, headerEnd)
      const value = length === tombstone ? null : bytes.subarray(headerEnd, end)
      records.push({ topic, partition, offset, key, value, headers, timestampMs })
    }
    at = end
  }
  return records
}

const noHeaders: Headers = Object.freeze({})

function parsed(source: Buffer, start: number, end: number): Headers {
  // The checksum held, so this is what `headerTextOf` made.
  return JSON.parse(source.toString('utf8', start, end)) as Headers
}
