import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { PartitionEnds } from '../../topology/ports/broker.ts'
import type { EventEntry, EventLog } from './event-log.ts'
import { type FeedVector, readFeedCursor } from './feed-cursor.ts'

/** Reads the feed from any place, without gaps. */
export interface EventFeed {
  /**
   * Where to begin: at a cursor, at the oldest that is kept (`start`), or at the end (`now`).
   * Throws C4A_BAD_REQUEST, and C4A_CURSOR_EXPIRED when retention has overtaken the cursor.
   */
  begin(after: string): Promise<FeedVector>
  /**
   * Entries of all tenants from the vector on: in order within a partition, about by time across
   * them. `behind` says that there is more. An entry may be read again; none is left out.
   */
  read(vector: FeedVector, maxRecords: number): Promise<FeedPart>
}

export interface FeedPart {
  readonly entries: readonly EventEntry[]
  readonly behind: boolean
}

export function eventFeed(log: EventLog): EventFeed {
  return {
    async begin(after) {
      const ends = await log.ends()
      if (after === 'start') return ends.map(({ earliest }) => earliest)
      if (after === 'now') return ends.map(({ next }) => next)
      const vector = readFeedCursor(after, ends.length)
      mustBeKept(vector, ends)
      return vector
    },

    async read(vector, maxRecords) {
      const ends = await log.ends()
      mustBeKept(vector, ends)
      const waiting = ends.filter(({ partition, next }) => (vector[partition] ?? 0) < next)
      const parts = await Promise.all(
        waiting.map(async ({ partition, next }) => {
          const entries = await log.read(partition, vector[partition] ?? 0, maxRecords, 0)
          return { entries, whole: (entries.at(-1)?.offset ?? next) + 1 >= next, at: 0 }
        }),
      )
      return merged(parts, maxRecords)
    },
  }
}

interface Part {
  readonly entries: readonly EventEntry[]
  /** Nothing of the partition is left behind its entries. */
  readonly whole: boolean
  at: number
}

/** The oldest first. Ends where a partition's entries are used up and it has more: those may be older. */
function merged(parts: readonly Part[], maxRecords: number): FeedPart {
  const entries: EventEntry[] = []
  while (entries.length < maxRecords) {
    const oldest = oldestOf(parts)
    if (oldest === undefined) return { entries, behind: parts.some(({ whole }) => !whole) }
    const entry = oldest.entries[oldest.at++]
    if (entry !== undefined) entries.push(entry)
    if (oldest.at === oldest.entries.length && !oldest.whole) return { entries, behind: true }
  }
  return { entries, behind: parts.some(({ at, entries: all, whole }) => at < all.length || !whole) }
}

function oldestOf(parts: readonly Part[]): Part | undefined {
  let oldest: Part | undefined
  let oldestMs = Number.POSITIVE_INFINITY
  for (const part of parts) {
    const ms = part.entries[part.at]?.timestampMs
    if (ms === undefined || ms >= oldestMs) continue
    oldest = part
    oldestMs = ms
  }
  return oldest
}

function mustBeKept(vector: FeedVector, ends: readonly PartitionEnds[]): void {
  for (const { partition, earliest, next } of ends) {
    const offset = vector[partition] ?? 0
    if (offset > next) throw ahead()
    if (offset < earliest) throw expired()
  }
}

function ahead(): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The cursor is not one of this feed',
    why: 'it points beyond what has happened',
    todo: "Take it from this hub's own answers, or use 'start' or 'now'",
  })
}

function expired(): Chat4AllError {
  return new Chat4AllError('C4A_CURSOR_EXPIRED', {
    what: 'Events after this cursor are no longer kept',
    why: "it is older than the topic's retention",
    todo: 'Begin again with after=start, and read what you missed from GET /v1/messages/{messageId}',
  })
}
