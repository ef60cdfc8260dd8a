import type { StoredRecord } from '../../contract/record.ts'
import type { Fetched } from '../embedded/log-view.ts'
import type { Batch, BatchSource } from './batch-source.ts'

/** Some whole batches, one after another, and what stands in them. */
export interface BatchRun {
  readonly batches: number
  /** Base of the first and of the last of them, and the last offset they cover. */
  readonly base: number
  readonly lastBase: number
  readonly last: number
  /** The highest timestamp of the partition up to here. */
  readonly ceilMs: number
  readonly records: readonly StoredRecord[]
}

/** Reads one partition from the file: what is compacted from its own table, the rest from the log. */
export interface PartitionReader {
  /** Throws C4A_STORE_CORRUPT, naming partition and offsets, for a batch whose checksum does not hold. */
  fetch(from: number, maxRecords: number, maxBytes: number): Fetched
  /** The first offset from `from` on whose record is not older than the time; undefined when there is none. */
  offsetAt(timestampMs: number, from: number): number | undefined
  /** In order, from the one that covers `from` on. */
  batches(from: number): Iterable<Batch>
  /** Whole batches from the one that covers `from` on: as many as the bounds allow, at least one that begins below the other offset where there is one; compacted ones only, or none. */
  run(from: number, below: number, maxBatches: number, maxBytes: number): BatchRun | undefined
}

/** `compactedTo`: below this offset everything is compacted. */
export function partitionReader(
  compacted: BatchSource,
  log: BatchSource,
  compactedTo: () => number,
): PartitionReader {
  /** The rest of a batch of which only a part was taken: the next fetch goes on there. */
  let rest: readonly StoredRecord[] = []

  function* batches(from: number): Iterable<Batch> {
    const border = compactedTo()
    if (from < border) yield* compacted.batches(from)
    yield* log.batches(Math.max(from, border))
  }

  function cut(
    records: readonly StoredRecord[],
    maxRecords: number,
    maxBytes: number,
    before: number,
  ): Fetched {
    let count = 0
    let bytes = 0
    for (; count < records.length && count < maxRecords; count++) {
      bytes += records[count]?.value?.byteLength ?? 0
      if (bytes > maxBytes && before + count > 0) break
    }
    rest = count === records.length ? nothing : records.slice(count)
    const next = rest[0]?.offset ?? (records.at(-1)?.offset ?? -1) + 1
    return { records: count === records.length ? records : records.slice(0, count), next }
  }

  return {
    batches,

    fetch(from, maxRecords, maxBytes) {
      if (rest[0]?.offset === from) return cut(rest, maxRecords, maxBytes, 0)
      const found: StoredRecord[] = []
      let next = from
      let bytes = 0
      for (const batch of batches(from)) {
        let records: StoredRecord[]
        try {
          records = batch.records(from)
        } catch (error) {
          // What stands before a bad batch is given out first; the next fetch begins at it and throws.
          if (found.length > 0) break
          throw error
        }
        const part = cut(records, maxRecords - found.length, maxBytes - bytes, found.length)
        for (const record of part.records) {
          found.push(record)
          bytes += record.value?.byteLength ?? 0
        }
        if (part.records.length < records.length) return { records: found, next: part.next }
        next = batch.last + 1
        if (found.length >= maxRecords || bytes >= maxBytes) break
      }
      return { records: found, next }
    },

    offsetAt(timestampMs, from) {
      const border = compactedTo()
      let first = from < border ? compacted.reaching(timestampMs, from) : undefined
      first ??= log.reaching(timestampMs, Math.max(from, border))
      if (first === undefined) return undefined
      // A batch may owe `ceilMs` to one that retention removed: then go on to one that has it itself.
      for (const batch of batches(first)) {
        const found = batch.records(from).find((record) => record.timestampMs >= timestampMs)
        if (found) return found.offset
      }
      return undefined
    },

    run(from, below, maxBatches, maxBytes) {
      const border = compactedTo()
      const records: StoredRecord[] = []
      let run: Omit<BatchRun, 'records'> | undefined
      let bytes = 0
      for (const { base, last, ceilMs, records: read } of batches(from)) {
        if (base >= below || (run && run.base < border && base >= border)) break
        for (const record of read(0)) {
          records.push(record)
          bytes += record.value?.byteLength ?? 0
        }
        const first = run ?? { batches: 0, base }
        run = { batches: first.batches + 1, base: first.base, lastBase: base, last, ceilMs }
        if (run.batches === maxBatches || bytes >= maxBytes) break
      }
      return run && { ...run, records }
    },
  }
}

const nothing: readonly StoredRecord[] = []
