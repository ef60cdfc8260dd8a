import type { NewRecord } from '../../contract/record.ts'

/** A record's size against the log's limit: value, key and headers. Text counts its UTF-16 length, near enough for a limit. */
export function recordBytes(
  record: NewRecord,
  valueBytes: number = record.value?.byteLength ?? 0,
): number {
  const { key, headers } = record
  let bytes = key.length + valueBytes
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0)
  return bytes
}
