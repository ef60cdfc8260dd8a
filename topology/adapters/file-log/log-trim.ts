import type { DataFolder } from './data-folder.ts'
import type { LogFile } from './log-files.ts'

/** Removes the log's files in which nobody has anything left that it needs. */
export function logTrim({ files, contents, notes }: DataFolder): () => Promise<void> {
  const needed = ([id, { last }]: [number, { readonly last: number }]) =>
    last >= (contents.place(id)?.floor ?? last + 1)
  const isIdle = (file: LogFile) => file !== files.all.at(-1) && ![...file.parts].some(needed)

  return async () => {
    const idle = files.all.filter(isIdle)
    if (idle.length === 0) return
    // Where partitions begin, and what was moved into the tables, must be durable before its only copy goes.
    await notes.checkpoint()
    for (const file of idle) {
      if (file.end <= notes.checkpointed()) await files.remove(file)
    }
  }
}
