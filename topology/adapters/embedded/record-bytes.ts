import type { NewRecord } from '../../contract/record.ts'

/** A record's size against the log's limit: value, key and headers. Text counts its UTF-16 length, near enough for a limit. */
export function recordBytes({ key, value, headers }: NewRecord): number {
  let bytes = key.length + (value?.byteLength ?? 0)
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0)
  return bytes
}
