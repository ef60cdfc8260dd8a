import type { Clock } from '../topology/ports/clock.ts'

/** One reader's view of a log: what is in it for them, and where it goes. It keeps their place itself. */
export interface FollowedLog<Entry> {
  /** What stands in the log from the place on; `behind` says that there is more. */
  read(): Promise<{ readonly entries: readonly Entry[]; readonly behind: boolean }>
  /** Moves the place past the entry. False when the connection takes no more for now; the entry went out all the same. */
  tell(entry: Entry): boolean
  /** False when the place is behind what the process's one reader has told: read on, then try again. */
  join(listener: (entry: Entry) => void): boolean
  leave(listener: (entry: Entry) => void): void
  /** Resolves when the connection takes more again; may never do so. */
  drained(): Promise<void>
}

interface FollowTools {
  readonly clock: Pick<Clock, 'sleep'>
  readonly stalledMs: number
}

/**
 * Tells one reader all that is in a log from their place on, until the signal aborts or they stall. In one of two states:
 * - behind: it reads the log itself, as fast as the connection takes it;
 * - live: it has joined the process's one reader, who tells it each entry as it comes.
 * Behind becomes live when there is nothing left to read. Live becomes behind when the connection is full: what comes
 * meanwhile stays in the log, so a slow reader costs no memory; one that takes nothing for `stalledMs` has stalled.
 * Throws what reading throws.
 */
export async function followLog<Entry>(
  log: FollowedLog<Entry>,
  { clock, stalledMs }: FollowTools,
  signal: AbortSignal,
): Promise<'stalled' | 'aborted'> {
  while (!signal.aborted) {
    if (!(await catchUp())) break
    if ((await live()) === 'full' && !(await drained())) break
  }
  return signal.aborted ? 'aborted' : 'stalled'

  /** False when the stream is over. */
  async function catchUp(): Promise<boolean> {
    while (!signal.aborted) {
      const { entries, behind } = await log.read()
      for (const entry of entries) {
        if (signal.aborted) return false
        if (!log.tell(entry) && !(await drained())) return false
      }
      if (!behind) return true
    }
    return false
  }

  /** Ends when the tail is ahead, the connection is full, or the stream is over. */
  function live(): Promise<'behind' | 'full' | 'over'> {
    return new Promise((resolve) => {
      const listener = (entry: Entry) => {
        if (!log.tell(entry)) leave('full')
      }
      const leave = (why: 'full' | 'over') => {
        signal.removeEventListener('abort', over)
        log.leave(listener)
        resolve(why)
      }
      const over = () => leave('over')
      if (signal.aborted) resolve('over')
      else if (!log.join(listener)) resolve('behind')
      else signal.addEventListener('abort', over, { once: true })
    })
  }

  /** False when the stream is over. */
  async function drained(): Promise<boolean> {
    if (signal.aborted) return false
    const patience = new AbortController()
    const end = () => patience.abort()
    signal.addEventListener('abort', end, { once: true })
    const isDrained = await Promise.race([
      log.drained().then(() => true),
      clock.sleep(stalledMs, patience.signal).then(() => false),
    ])
    signal.removeEventListener('abort', end)
    end()
    return isDrained && !signal.aborted
  }
}
