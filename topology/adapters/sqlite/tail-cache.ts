import type { StoredRecord } from '../../contract/record.ts'

/**
 * The newest records of every partition, as they were appended, within a budget of bytes for all together: readers at the
 * end share them and nothing is read back or parsed. Records come in offset order without gaps; the oldest go first.
 */
export interface TailCache {
  open(): CachedTail
}

/** One partition's part of the cache. */
export interface CachedTail {
  add(records: readonly StoredRecord[], bytes: number): void
  /** The first offset that is cached; infinity when nothing is. */
  from(): number
  /** Records from a cached offset on, at least one. */
  take(from: number, maxRecords: number, maxBytes: number): readonly StoredRecord[]
  /** Forgets everything below the offset, and perhaps some above: it was removed from the log, or rewritten. */
  dropBelow(offset: number): void
}

/** Small appends share a chunk, so that a quiet partition does not keep one per record. */
const recordsPerChunk = 256

interface Chunk {
  readonly records: StoredRecord[]
  readonly tail: Chunk[]
  bytes: number
  gone: boolean
}

export function tailCache(maxBytes: number): TailCache {
  /** All chunks in the order they were begun, for eviction; before `oldest` all are gone. */
  let order: Chunk[] = []
  let oldest = 0
  let held = 0

  function forgetFirst(tail: Chunk[]): void {
    const chunk = tail.shift()
    if (!chunk) return
    chunk.gone = true
    held -= chunk.bytes
  }

  function evict(): void {
    while (held > maxBytes && oldest < order.length) {
      const chunk = order[oldest++]
      // The oldest chunk of all is also the oldest of its own partition.
      if (chunk && !chunk.gone) forgetFirst(chunk.tail)
    }
    if (oldest > 1024 && oldest * 2 > order.length) {
      order = order.slice(oldest)
      oldest = 0
    }
  }

  return {
    open() {
      const tail: Chunk[] = []
      return {
        add(records, bytes) {
          let chunk = tail.at(-1)
          if (!chunk || chunk.records.length >= recordsPerChunk) {
            chunk = { records: [], tail, bytes: 0, gone: false }
            tail.push(chunk)
            order.push(chunk)
          }
          for (const record of records) chunk.records.push(record)
          chunk.bytes += bytes
          held += bytes
          evict()
        },
        from: () => tail[0]?.records[0]?.offset ?? Number.POSITIVE_INFINITY,
        take: (from, maxRecords, limit) => taken(tail, from, maxRecords, limit),
        dropBelow(offset) {
          while (tail[0] && (tail[0].records[0]?.offset ?? offset) < offset) forgetFirst(tail)
        },
      }
    },
  }
}

function taken(
  tail: readonly Chunk[],
  from: number,
  maxRecords: number,
  maxBytes: number,
): readonly StoredRecord[] {
  let index = chunkOf(tail, from)
  let at = from - (tail[index]?.records[0]?.offset ?? from)
  const found: StoredRecord[] = []
  let bytes = 0
  for (; index < tail.length; index++, at = 0) {
    const records = tail[index]?.records ?? []
    for (; at < records.length; at++) {
      const record = records[at]
      if (!record) continue
      bytes += record.value?.byteLength ?? 0
      if (found.length === maxRecords || (bytes > maxBytes && found.length > 0)) return found
      found.push(record)
    }
  }
  return found
}

/** The last chunk that begins at or below the offset. */
function chunkOf(tail: readonly Chunk[], offset: number): number {
  let low = 0
  let high = tail.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((tail[middle]?.records[0]?.offset ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
