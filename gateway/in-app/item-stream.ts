import type { InAppItem } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { type FollowedLog, followLog } from '../follow-log.ts'
import { readItemCursor, writeItemCursor } from './item-cursor.ts'
import type { ItemEntry, ItemLog } from './item-log.ts'
import type { ItemTail } from './item-tail.ts'
import type { Turns } from './turns.ts'

/** Where a person's items go: one socket or call. */
export interface ItemSink {
  /** The place to begin at is good: called once, before anything else. */
  begin(cursor: string): void
  /** `cursor` is the place behind the item. False when the connection takes no more for now. */
  write(item: InAppItem, cursor: string): boolean
  /** Resolves when the connection takes more again; may never do so. */
  drained(): Promise<void>
}

export interface ItemStreamTools {
  readonly items: ItemLog
  readonly tail: ItemTail
  readonly turns: Turns
  readonly clock: Clock
  readonly stalledMs: number
}

export interface ItemStreamStart {
  readonly key: string
  /** A cursor, `start` or `now`. */
  readonly after: string
  /** Called with a way to ask for the place that the stream has reached, once it has one. */
  readonly reached: (cursor: () => string) => void
}

/**
 * Shows one person's items: `followLog` says when it ends. Throws C4A_BAD_REQUEST, C4A_CURSOR_EXPIRED, and C4A_UNAVAILABLE
 * while the log is away.
 */
export async function runItemStream(
  { items, tail, turns, clock, stalledMs }: ItemStreamTools,
  { key, after, reached }: ItemStreamStart,
  sink: ItemSink,
  signal: AbortSignal,
): Promise<'stalled' | 'aborted'> {
  const partition = await items.partitionOf(key)
  let offset = await beginning(items, partition, after)
  await tail.start()
  if (signal.aborted) return 'aborted'
  let isLive = false
  const place = () =>
    writeItemCursor(partition, isLive ? Math.max(offset, tail.told(partition)) : offset)
  sink.begin(place())
  reached(place)

  const followed: FollowedLog<ItemEntry> = {
    async read() {
      const told = tail.told(partition)
      // After a restart all come at once: only so many parts are in memory at a time.
      const waitMs = told > offset ? 250 : 0
      const entries = await turns.take(() => items.read(partition, offset, 200, waitMs))
      const behind = entries.length > 0
      // Retention took what was between, or the stream would wait for it for ever.
      if (!behind) offset = Math.max(offset, told)
      return { entries, behind }
    },
    tell(entry) {
      // Read again after a return from live to behind: it was told already.
      if (entry.offset < offset) return true
      offset = entry.offset + 1
      if (entry.key !== key) return true
      const item = entry.item()
      return item === null || sink.write(item, writeItemCursor(partition, offset))
    },
    join(listener) {
      isLive = tail.join(key, partition, offset, listener)
      return isLive
    },
    leave(listener) {
      isLive = false
      tail.leave(key, listener)
    },
    drained: () => sink.drained(),
  }
  return followLog(followed, { clock, stalledMs }, signal)
}

async function beginning(items: ItemLog, partition: number, after: string): Promise<number> {
  const ends = (await items.ends())[partition]
  const { earliest = 0, next = 0 } = ends ?? {}
  if (after === 'start') return earliest
  if (after === 'now') return next
  const offset = readItemCursor(after, partition)
  if (offset > next) throw ahead()
  if (offset < earliest) throw expired()
  return offset
}

function ahead(): Chat4AllError {
  return new Chat4AllError('C4A_BAD_REQUEST', {
    what: 'The cursor is not one of this hub',
    why: 'it points beyond what has happened',
    todo: "Take it from this hub's own frames, or use 'start' or 'now'",
  })
}

function expired(): Chat4AllError {
  return new Chat4AllError('C4A_CURSOR_EXPIRED', {
    what: 'What came after this cursor is no longer kept',
    why: "it is older than the topic's retention",
    todo: 'Begin again with after=start; what is older the client reads from the history',
  })
}
