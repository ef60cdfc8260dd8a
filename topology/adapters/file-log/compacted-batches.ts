import type { DatabaseSync, StatementSync } from '../sqlite/node-sqlite.ts'
import { type Batch, type BatchSource, damaged } from './batch-source.ts'
import { checksum } from './block-codec.ts'
import { decodeFrames } from './frame-codec.ts'

/** What compaction left of a partition: batches in a table of its own, `compacted_<id>`. */
export interface CompactedBatches extends BatchSource {
  end(): { readonly last: number; readonly ceilMs: number } | undefined
}

/** So many heads are read at once; no read stays open between two batches. */
const headsAtOnce = 64

/** The table must exist when a method is called. */
export function compactedBatches(
  database: DatabaseSync,
  topic: string,
  partition: number,
  id: number,
): CompactedBatches {
  // Prepared when first used: most partitions are never compacted.
  const statements = new Map<string, StatementSync>()
  const statement = (sql: string) => {
    const found = statements.get(sql) ?? database.prepare(sql.replace('TABLE', `compacted_${id}`))
    statements.set(sql, found)
    return found
  }

  function batch(row: Record<string, unknown>): Batch {
    const base = Number(row['base'])
    const last = Number(row['last'])
    return {
      base,
      last,
      ceilMs: Number(row['ceil_ms']),
      records(from) {
        const stored = statement('SELECT crc, frames FROM TABLE WHERE base = ?').get(base)
        const frames = stored?.['frames']
        if (!(frames instanceof Uint8Array) || checksum(frames) !== Number(stored?.['crc'])) {
          throw damaged(topic, partition, base, last)
        }
        return decodeFrames(frames, topic, partition, base, from)
      },
    }
  }

  return {
    *batches(from) {
      const heads = statement(
        'SELECT base, last, ceil_ms FROM TABLE WHERE base >= ? ORDER BY base LIMIT ?',
      )
      const before = statement('SELECT base FROM TABLE WHERE base <= ? ORDER BY base DESC LIMIT 1')
      let next = Number(before.get(from)?.['base'] ?? from)
      for (;;) {
        const rows = heads.all(next, headsAtOnce)
        for (const row of rows) {
          if (Number(row['last']) >= from) yield batch(row)
        }
        const end = rows.at(-1)
        if (!end || rows.length < headsAtOnce) return
        next = Number(end['last']) + 1
      }
    },

    reaching(timestampMs, from) {
      // Halving works because `ceil_ms` never falls along a partition, whatever the timestamps do.
      const at = statement('SELECT last, ceil_ms FROM TABLE WHERE base >= ? ORDER BY base LIMIT 1')
      const end = statement('SELECT base, ceil_ms FROM TABLE ORDER BY base DESC LIMIT 1').get()
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
    },

    end() {
      const row = statement('SELECT last, ceil_ms FROM TABLE ORDER BY base DESC LIMIT 1').get()
      return row && { last: Number(row['last']), ceilMs: Number(row['ceil_ms']) }
    },
  }
}
