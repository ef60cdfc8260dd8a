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
    const records = new Map<string, number>()
    for (const { id, topic, next } of partitions as unknown as readonly PartitionRow[]) {
      // `next` is written down only when records are removed; what is there tells the rest.
      const row = database.prepare(`SELECT max(last) AS last FROM log_${Number(id)}`).get()
      const end = Math.max(next, Number(row?.['last'] ?? -1) + 1)
      records.set(topic, (records.get(topic) ?? 0) + end)
    }
    return records
  } finally {
    database.close()
  }
}
