// biome-ignore lint/correctness/noUnresolvedImports: Biome 2.6.8 does not know this built-in module.
import { DatabaseSync } from 'node:sqlite'

interface PartitionRow {
  readonly id: number
  readonly topic: string
  readonly next: number
}

/** How many records each topic of a stopped hub's log has ever had, read from its file without the hub's code. */
export function keptRecords(logFile: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(logFile, { readOnly: true })
  try {
    const partitions = database.prepare('SELECT id, topic, next FROM partitions').all()
    const ends = segmentEnds(database)
    const records = new Map<string, number>()
    for (const { id, topic, next } of partitions as unknown as readonly PartitionRow[]) {
      // `next` is written down only when records are removed or compacted; what is in the log tells the rest.
      const end = Math.max(next, ends.get(id) ?? 0)
      records.set(topic, (records.get(topic) ?? 0) + end)
    }
    return records
  } finally {
    database.close()
  }
}

/** The offset behind the last one in the log, by partition id. In each row: a checksum, then 40 bytes a segment. */
function segmentEnds(database: DatabaseSync): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  for (const { segments } of database.prepare('SELECT segments FROM log ORDER BY id').iterate()) {
    if (!(segments instanceof Uint8Array)) continue
    const view = new DataView(segments.buffer, segments.byteOffset, segments.byteLength)
    for (let at = 4; at < view.byteLength; at += 40) {
      ends.set(view.getUint32(at, true), view.getFloat64(at + 24, true) + 1)
    }
  }
  return ends
}
