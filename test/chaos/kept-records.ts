import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
// biome-ignore lint/correctness/noUnresolvedImports: Biome 2.6.8 does not know this built-in module.
import { DatabaseSync } from 'node:sqlite'

interface PartitionRow {
  readonly id: number
  readonly topic: string
  readonly next: number
}

/** How many records each topic of a stopped hub's log has ever had, read from its files without the hub's code. */
export function keptRecords(dataDir: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(join(dataDir, 'log.sqlite'), { readOnly: true })
  try {
    const partitions = database.prepare('SELECT id, topic, next FROM partitions').all()
    const ends = segmentEnds(dataDir)
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

/**
 * The offset behind the last one in the log, by partition id. A block has a head of 32 bytes, which tells the number of its segments (at 8)
 * and the length of its frames (at 12), 40 bytes for each segment, and the frames. Partition 0 is no topic's.
 */
function segmentEnds(dataDir: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  for (const name of globSync('log/*.log', { cwd: dataDir }).toSorted()) {
    const bytes = readFileSync(join(dataDir, name))
    for (let block = 0; block < bytes.byteLength; ) {
      const frames = block + 32 + 40 * bytes.readUInt32LE(block + 8)
      for (let at = block + 32; at < frames; at += 40) {
        ends.set(bytes.readUInt32LE(at), bytes.readDoubleLE(at + 24) + 1)
      }
      block = frames + bytes.readUInt32LE(block + 12)
    }
  }
  return ends
}
