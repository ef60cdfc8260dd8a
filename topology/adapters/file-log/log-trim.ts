import type { DataFolder } from './data-folder.ts'
import type { LogFile } from './log-files.ts'
import { moveOut } from './move-out.ts'

/** A file of which less is needed than this is worth emptying. */
const sparse = 1 / 4

/**
 * Removes the log's files in which nobody has anything left that it needs. What little a partition that keeps for long has in a file of which the rest is
 * forgotten moves into the tables first: it would hold the whole file back.
 */
export function logTrim({
  files,
  contents,
  notes,
  tables,
}: DataFolder): (signal: AbortSignal) => Promise<void> {
  function needed(file: LogFile) {
    return [...file.parts].flatMap(([id, { last, bytes }]) => {
      const place = contents.place(id)
      return place && last >= place.floor ? [{ place, last, bytes }] : []
    })
  }

  async function empty(file: LogFile, signal: AbortSignal): Promise<void> {
    const parts = needed(file)
    const bytes = parts.reduce((sum, each) => sum + each.bytes, 0)
    if (bytes >= (file.end - file.base) * sparse) return
    for (const { place, last } of parts) await moveOut(place, last + 1, tables.commits, signal)
  }

  return async (signal) => {
    const finished = files.all.slice(0, -1)
    for (const file of finished) if (!signal.aborted) await empty(file, signal)
    const idle = finished.filter((file) => needed(file).length === 0)
    if (idle.length === 0) return
    // Where partitions begin, and what was moved into the tables, must be durable before its only copy goes.
    await notes.checkpoint()
    for (const file of idle) {
      if (file.end <= notes.checkpointed()) await files.remove(file)
    }
  }
}
