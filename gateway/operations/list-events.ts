import type { EventJson } from '../../domain/event-json.ts'
import type { Caller } from '../auth/caller.ts'
import type { EventFeed } from '../events/event-feed.ts'
import { writeFeedCursor } from '../events/feed-cursor.ts'

export interface EventPage {
  readonly events: readonly EventJson[]
  /** Give it as `after` to go on. */
  readonly cursor: string
  /** There is more to read now; possibly nothing of this tenant. */
  readonly more: boolean
}

export interface EventQuery {
  /** A cursor, `start` or `now`; `start` when absent. */
  readonly after?: string | undefined
  readonly limit: number
}

export type ListEvents = (query: EventQuery, caller: Caller) => Promise<EventPage>

// How many records one request may pass over: other tenants' events are not shown, but they are read.
const mostRecords = 2_000

/** Gap-free: every event of the tenant from `after` on comes, once, however often the feed is asked. */
export function listEventsOperation(feed: EventFeed): ListEvents {
  return async ({ after = 'start', limit }, { tenant }) => {
    const vector = [...(await feed.begin(after))]
    const events: EventJson[] = []
    let read = 0
    let behind = true
    while (behind && events.length < limit && read < mostRecords) {
      const part = await feed.read(vector, Math.max(limit, 100))
      behind = part.behind
      for (const entry of part.entries) {
        if (events.length === limit) {
          behind = true
          break
        }
        vector[entry.partition] = entry.offset + 1
        read++
        const event = entry.eventOf(tenant)
        if (event !== null) events.push(event)
      }
    }
    return { events, cursor: writeFeedCursor(vector), more: behind }
  }
}
