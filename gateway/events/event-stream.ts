import type { EventJson } from '../../domain/event-json.ts'
import type { Clock } from '../../topology/ports/clock.ts'
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

/**
 * Runs one live stream until the signal aborts or its reader stalls. It is in one of two states:
 * - behind: it reads the log itself from its vector, as fast as the connection takes it;
 * - live: it has joined the tail, which tells it each entry as it comes.
 * Behind becomes live when there is nothing left to read. Live becomes behind when the connection is
 * full: what comes meanwhile stays in the log, so a slow reader costs no memory; one that takes
 * nothing for `stalledMs` has stalled. Throws what `EventFeed.begin` and `read` throw.
 */
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
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted')
    signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
  let quiet = true

  /** False when the connection is full; the entry went out all the same. */
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

  async function drained(): Promise<'drained' | 'stalled' | 'aborted'> {
    const patience = new AbortController()
    const ended = await Promise.race([
      sink.drained().then(() => 'drained' as const),
      aborted,
      clock.sleep(stalledMs, patience.signal).then(() => 'stalled' as const),
    ])
    patience.abort()
    return ended
  }

  async function catchUp(): Promise<'done' | 'stalled' | 'aborted'> {
    for (;;) {
      const { entries, behind } = await feed.read(vector, 200)
      for (const entry of entries) {
        if (signal.aborted) return 'aborted'
        if (tell(entry)) continue
        const ended = await drained()
        if (ended !== 'drained') return ended
      }
      if (!behind) return 'done'
    }
  }

  /** Ends when the tail is ahead, the connection is full, or the stream is over. */
  function live(): Promise<'behind' | 'full' | 'aborted'> {
    return new Promise((resolve) => {
      const listener = (entry: EventEntry) => {
        if (!tell(entry)) leave('full')
      }
      const leave = (why: 'full' | 'aborted') => {
        tail.leave(listener)
        resolve(why)
      }
      if (tail.join(vector, listener)) void aborted.then(leave)
      else resolve('behind')
    })
  }

  const beat = () => {
    if (quiet) sink.heartbeat(writeFeedCursor(vector))
    quiet = true
    cancelBeat = clock.after(heartbeatMs, beat)
  }
  let cancelBeat = clock.after(heartbeatMs, beat)
  try {
    for (;;) {
      const caught = await catchUp()
      if (caught !== 'done') return caught
      const left = await live()
      if (left === 'aborted') return left
      const ready = left === 'full' ? await drained() : 'drained'
      if (ready !== 'drained') return ready
    }
  } finally {
    cancelBeat()
  }
}
