import type { NewRecord } from '../../../contract/record.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import { recordBytes } from '../../embedded/record-bytes.ts'
import { maxRecordBytes } from '../max-record-bytes.ts'
import { StoredHeaders } from '../records/stored-headers.ts'

/** A record's size. Text counts its UTF-16 length, until its bytes may matter. Throws C4A_RECORD_TOO_LARGE. */
export function checkedBytes(record: NewRecord): number {
  const stored = StoredHeaders.behind(record.headers)
  const near = stored
    ? record.key.length + (record.value?.byteLength ?? 0) + stored.length
    : recordBytes(record)
  if (near * 3 <= maxRecordBytes) return near
  let bytes = Buffer.byteLength(record.key) + (record.value?.byteLength ?? 0)
  for (const [name, value] of Object.entries(record.headers)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value)
  }
  if (bytes > maxRecordBytes) throw logFaults.tooLarge(record.topic, bytes, maxRecordBytes)
  return bytes
}
