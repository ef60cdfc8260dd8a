import type { Clock } from '../../ports/clock.ts'
import { compaction } from './compaction.ts'
import type { DataFolder } from './data-folder.ts'
import { logTrim } from './log-trim.ts'
import { retention } from './retention.ts'

export interface CleanerOptions {
  readonly cleanEveryMs?: number
  readonly compactEvery?: number
  readonly tombstonesMs?: number
}

/** Forgets, in the background and in small steps, what retention and compaction allow to forget. */
export interface Cleaner {
  /** Ends after the step under way. */
  stop(): Promise<void>
}

export function cleaner(
  data: DataFolder,
  clock: Clock,
  options: CleanerOptions,
  report: (error: unknown) => void,
): Cleaner {
  const { cleanEveryMs = 30_000, compactEvery = 1000, tombstonesMs = 86_400_000 } = options
  const { contents, tables } = data
  const trim = logTrim(data)
  const stopping = new AbortController()
  let cancel = clock.after(cleanEveryMs, start)
  let running: Promise<void> = Promise.resolve()

  function start(): void {
    running = round()
  }

  async function round(): Promise<void> {
    for (const [topic, { cleanup, retentionMs }] of contents.specs) {
      for (const place of contents.find(topic) ?? []) {
        if (stopping.signal.aborted) return
        try {
          if (cleanup === 'delete') {
            await retention(place, clock.now() - retentionMs, tables.commits, stopping.signal)
          } else if (
            place.next - place.compactedTo >=
            Math.max(compactEvery, place.cleanedRecords)
          ) {
            await compaction(place, clock.now() - tombstonesMs, tables.commits, stopping.signal)
          }
        } catch (error) {
          // One partition that cannot be cleaned (a damaged batch, a full disk) keeps no other from it.
          report(error)
        }
      }
    }
    try {
      await trim(stopping.signal)
    } catch (error) {
      report(error)
    }
    if (!stopping.signal.aborted) cancel = clock.after(cleanEveryMs, start)
  }

  return {
    async stop() {
      stopping.abort()
      cancel()
      await running
    },
  }
}
