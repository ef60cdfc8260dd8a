import type { EventJson } from '../../domain/event-json.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import { type FollowedLog, followLog } from '../follow-log.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventEntry } from './event-log.ts'
import type { EventTail } from './event-tail.ts'
import { writeFeedCursor } from './feed-cursor.ts'

/** Where a stream's events go: one connection. */
export interface StreamSink {
  /** The place to begin at is good: called once, before anything else. */
  begin(): void
  /** `cursor` is the place behind the event. False when the connection takes no more for now. */
  write(event: EventJson, cursor: string): boolean
  /** A sign of life on a quiet stream, with the place that it has reached. */
  heartbeat(cursor: string): void
  /** Resolves when the connection takes more again; may never do so. */
  drained(): Promise<void>
}

interface StreamTools {
  readonly feed: EventFeed
  readonly tail: EventTail
  readonly clock: Clock
  readonly stalledMs: number
  readonly heartbeatMs: number
}

/** Shows one tenant's events: `followLog` says when it ends. Throws what `EventFeed.begin` and `read` throw. */
export async function runEventStream(
  { feed, tail, clock, stalledMs, heartbeatMs }: StreamTools,
  { tenant, after }: { readonly tenant: string; readonly after: string },
  sink: StreamSink,
  signal: AbortSignal,
): Promise<'stalled' | 'aborted'> {
  const vector = [...(await feed.begin(after))]
  await tail.start()
  if (signal.aborted) return 'aborted'
  sink.begin()
  let quiet = true

  function tell(entry: EventEntry): boolean {
    const { partition, offset } = entry
    // Read again after a return from live to behind: it was told already.
    if (offset < (vector[partition] ?? 0)) return true
    vector[partition] = offset + 1
    const event = entry.eventOf(tenant)
    if (event === null) return true
    quiet = false
    return sink.write(event, writeFeedCursor(vector))
  }

  const beat = () => {
    if (quiet) sink.heartbeat(writeFeedCursor(vector))
    quiet = true
    cancelBeat = clock.after(heartbeatMs, beat)
  }
  let cancelBeat = clock.after(heartbeatMs, beat)
  const followed: FollowedLog<EventEntry> = {
    read: () => feed.read(vector, 200),
    tell,
    join: (listener) => tail.join(vector, listener),
    leave: (listener) => tail.leave(listener),
    drained: () => sink.drained(),
  }
  try {
    return await followLog(followed, { clock, stalledMs }, signal)
  } finally {
    cancelBeat()
  }
}
