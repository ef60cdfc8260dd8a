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

/** Writes the frames of records `first` to below `end`, from `start` on, and answers where they end. The buffer must have room for the sum of their bounds. `headers` are their texts. */
export function encodeFrames(
  target: Buffer,
  start: number,
  base: number,
  records: readonly StoredRecord[],
  headers: readonly string[],
  first = 0,
  end = records.length,
): number {
  let at = start
  for (let nth = first; nth < end; nth++) {
    const record = records[nth]
    if (!record) break
    const { key, value } = record
    const headerText = headers[nth] ?? ''
    const keyBytes = target.write(key, at + frameHead, 'utf8')
    const keyEnd = at + frameHead + keyBytes
    const headerBytes = headerText === '' ? 0 : target.write(headerText, keyEnd, 'utf8')
    target.writeUInt32LE(record.offset - base, at)
    target.writeDoubleLE(record.timestampMs, at + 4)
    target.writeUInt32LE(keyBytes, at + 12)
    target.writeUInt32LE(headerBytes, at + 16)
    target.writeUInt32LE(value === null ? tombstone : value.byteLength, at + 20)
    at = keyEnd + headerBytes
    if (value !== null) {
      target.set(value, at)
      at += value.byteLength
    }
  }
  return at
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
      const headers =
        headerEnd === keyEnd ? noHeaders : parsed(source.toString('utf8', keyEnd, headerEnd))
      const value = length === tombstone ? null : bytes.subarray(headerEnd, end)
      records.push({ topic, partition, offset, key, value, headers, timestampMs })
    }
    at = end
  }
  return records
}

const noHeaders: Headers = Object.freeze({})

function parsed(text: string): Headers {
  // The checksum held, so this is what `headerTextOf` made.
  return JSON.parse(text) as Headers
}
