import type { StoredRecord } from '../../contract/record.ts'

/**
 * Records that somebody is about to read, as they were appended: all readers share them, and nothing is read back or parsed. They go when
 * the last of these readers has them, or when the budget of bytes for all partitions together is spent, the oldest first: objects
 * that stay for long cost more than they save, since the collector moves them about. Records come in offset order without gaps.
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
  /** Forgets what was added at once and is all below the offset: it was read by all, or removed from the log, or rewritten. */
  dropBelow(offset: number): void
}

/** What was added at once. */
interface Chunk {
  /** None when it is gone: it stands in the order for a while longer, and must not keep them. */
  records: readonly StoredRecord[]
  readonly tail: Chunk[]
  readonly bytes: number
  gone: boolean
}

/** What a chunk takes beside its records' bytes, near enough. */
const chunkBytes = 200
/** So many chunks that are gone may stand in the order, or as many as there are others. */
const mostGone = 256

export function tailCache(maxBytes: number): TailCache {
  /** All chunks in the order they were added, for eviction, and some that are gone; before `oldest` all are. */
  let order: Chunk[] = []
  let oldest = 0
  let gone = 0
  let held = 0

  function forgetFirst(tail: Chunk[]): void {
    const chunk = tail.shift()
    if (!chunk) return
    chunk.gone = true
    chunk.records = nothing
    gone += 1
    held -= chunk.bytes
  }

  function evict(): void {
    while (held > maxBytes && oldest < order.length) {
      const chunk = order[oldest++]
      // The oldest chunk of all is also the oldest of its own partition.
      if (chunk && !chunk.gone) forgetFirst(chunk.tail)
    }
    // Nearly all go because they were read, and not from here.
    if (gone > mostGone && gone * 2 > order.length) {
      order = order.filter((chunk) => !chunk.gone)
      oldest = 0
      gone = 0
    }
  }

  return {
    open() {
      const tail: Chunk[] = []
      return {
        add(records, bytes) {
          const chunk = { records, tail, bytes: bytes + chunkBytes, gone: false }
          tail.push(chunk)
          order.push(chunk)
          held += chunk.bytes
          evict()
        },
        from: () => tail[0]?.records[0]?.offset ?? Number.POSITIVE_INFINITY,
        take: (from, maxRecords, limit) => taken(tail, from, maxRecords, limit),
        dropBelow(offset) {
          while (tail[0] && (tail[0].records.at(-1)?.offset ?? 0) < offset) forgetFirst(tail)
        },
      }
    },
  }
}

const nothing: readonly StoredRecord[] = []

function taken(
  tail: readonly Chunk[],
  from: number,
  maxRecords: number,
  maxBytes: number,
): readonly StoredRecord[] {
  let index = chunkOf(tail, from)
  const first = tail[index]?.records ?? nothing
  let at = from - (first[0]?.offset ?? from)
  // What most readers get: all that was added last.
  if (
    at === 0 &&
    index === tail.length - 1 &&
    first.length <= maxRecords &&
    fits(first, maxBytes)
  ) {
    return first
  }
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

function fits(records: readonly StoredRecord[], maxBytes: number): boolean {
  let bytes = 0
  for (const { value } of records) bytes += value?.byteLength ?? 0
  return bytes <= maxBytes || records.length === 1
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
