import { Chat4AllError } from '../../contract/errors.ts'
import type { StoredRecord } from '../../contract/record.ts'
import type { Fetched } from '../embedded/log-view.ts'
import { checksum, decodeFrames } from './frame-codec.ts'
import type { DatabaseSync, StatementSync } from './node-sqlite.ts'

/** A stored batch without its frames. */
export interface BatchHead {
  readonly base: number
  readonly last: number
  readonly maxMs: number
  readonly bytes: number
}

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

/** Reads one partition's batches from its table. */
export interface BatchReader {
  /** Throws C4A_STORE_CORRUPT, naming partition and offsets, for a batch whose checksum does not hold. */
  fetch(from: number, maxRecords: number, maxBytes: number): Fetched
  /** The first offset from `from` on whose record is not older than the time; undefined when there is none. */
  offsetAt(timestampMs: number, from: number): number | undefined
  /** Batches in order, from the one that covers `from` on. */
  heads(from: number, limit: number): BatchHead[]
  /** Whole batches from the one that covers `from` on: as many as the bounds allow, at least one where there is one. */
  run(from: number, maxBatches: number, maxBytes: number): BatchRun | undefined
  end(): { readonly last: number; readonly ceilMs: number } | undefined
}

export function batchReader(
  database: DatabaseSync,
  topic: string,
  partition: number,
  id: number,
): BatchReader {
  const prepare = (sql: string) => database.prepare(sql.replaceAll('LOG', `log_${id}`))
  // Prepared when first used: most partitions are never read below their cached end.
  const statements = new Map<string, StatementSync>()
  const statement = (sql: string) => {
    const found = statements.get(sql) ?? prepare(sql)
    statements.set(sql, found)
    return found
  }
  /** The rest of a batch of which only a part was taken: the next fetch goes on there. */
  let rest: readonly StoredRecord[] = []

  function covering(from: number): number {
    const row = statement('SELECT base FROM LOG WHERE base <= ? ORDER BY base DESC LIMIT 1').get(
      from,
    )
    return Number(row?.['base'] ?? from)
  }

  function decoded(row: Record<string, unknown>, from: number): StoredRecord[] {
    const base = Number(row['base'])
    const frames = row['frames']
    if (!(frames instanceof Uint8Array) || checksum(frames) !== Number(row['crc'])) {
      throw corrupt(topic, partition, base, Number(row['last']))
    }
    return decodeFrames(frames, topic, partition, base, from)
  }

  return {
    fetch(from, maxRecords, maxBytes) {
      if (rest[0]?.offset === from) return cut(rest, maxRecords, maxBytes, 0)
      const found: StoredRecord[] = []
      let next = from
      let bytes = 0
      const rows = statement(
        'SELECT base, last, crc, frames FROM LOG WHERE base >= ? ORDER BY base',
      )
      for (const row of rows.iterate(covering(from))) {
        const last = Number(row['last'])
        if (last < from) continue
        let records: StoredRecord[]
        try {
          records = decoded(row, from)
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
        next = last + 1
        if (found.length >= maxRecords || bytes >= maxBytes) break
      }
      return { records: found, next }
    },

    offsetAt(timestampMs, from) {
      const first = firstReaching(timestampMs, from)
      if (first === undefined) return undefined
      // `ceil_ms` may owe its value to a batch that retention removed: then go on to one that has it itself.
      const row = statement(
        'SELECT base, last, crc, frames FROM LOG WHERE base >= ? AND max_ms >= ? ORDER BY base LIMIT 1',
      ).get(first, timestampMs)
      if (!row) return undefined
      return decoded(row, from).find((record) => record.timestampMs >= timestampMs)?.offset
    },

    heads(from, limit) {
      const rows = statement(
        'SELECT base, last, max_ms, length(frames) AS bytes FROM LOG WHERE base >= ? ORDER BY base LIMIT ?',
      ).all(covering(from), limit)
      return rows.map((row) => ({
        base: Number(row['base']),
        last: Number(row['last']),
        maxMs: Number(row['max_ms']),
        bytes: Number(row['bytes']),
      }))
    },

    run(from, maxBatches, maxBytes) {
      const first = covering(from)
      const rows = statement(
        'SELECT base, last, ceil_ms, crc, frames FROM LOG WHERE base >= ? AND last >= ? ORDER BY base LIMIT ?',
      )
      const records: StoredRecord[] = []
      let run: Omit<BatchRun, 'records'> | undefined
      let bytes = 0
      for (const row of rows.iterate(first, from, maxBatches)) {
        for (const record of decoded(row, 0)) records.push(record)
        const base = Number(row['base'])
        run = {
          batches: (run?.batches ?? 0) + 1,
          base: run?.base ?? base,
          lastBase: base,
          last: Number(row['last']),
          ceilMs: Number(row['ceil_ms']),
        }
        if (row['frames'] instanceof Uint8Array) bytes += row['frames'].byteLength
        if (bytes >= maxBytes) break
      }
      return run && { ...run, records }
    },

    end() {
      const row = statement('SELECT last, ceil_ms FROM LOG ORDER BY base DESC LIMIT 1').get()
      return row && { last: Number(row['last']), ceilMs: Number(row['ceil_ms']) }
    },
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
    rest = records.slice(count)
    const next = rest[0]?.offset ?? (records.at(-1)?.offset ?? -1) + 1
    return { records: count === records.length ? records : records.slice(0, count), next }
  }

  /** Halving works because `ceil_ms` never falls along a partition, whatever the timestamps do. */
  function firstReaching(timestampMs: number, from: number): number | undefined {
    const at = statement(
      'SELECT base, last, ceil_ms FROM LOG WHERE base >= ? ORDER BY base LIMIT 1',
    )
    const end = statement('SELECT base, ceil_ms FROM LOG ORDER BY base DESC LIMIT 1').get()
    if (!end || Number(end['ceil_ms']) < timestampMs) return undefined
    let low = from
    let high = Math.max(from, Number(end['base']))
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const row = at.get(middle)
      if (row && Number(row['ceil_ms']) < timestampMs) low = Number(row['last']) + 1
      else high = middle
    }
    return low
  }
}

function corrupt(topic: string, partition: number, base: number, last: number): Chat4AllError {
  return new Chat4AllError('C4A_STORE_CORRUPT', {
    what: `Offsets ${base} to ${last} of partition ${partition} of topic '${topic}' cannot be read`,
    why: 'their checksum does not fit their bytes: the file was damaged',
    todo: `Restore the file from a backup, or set the group's offset to ${last + 1} to go on without them`,
  })
}
