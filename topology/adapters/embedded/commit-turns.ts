/**
 * Says when a commit begins, so that those who write at the same time share it: while one is under way the next gathers; and
 * as a commit costs much and its first writes little, it begins when a turn of the event loop brought no more, since
 * then everybody who was about to write is in.
 */
export interface CommitTurns {
  /** Something waits for a commit. */
  came(): void
  /** As much waits as a commit should have: it begins at once, unless one is under way. */
  full(): void
  /** Something waits that may wait for company: it goes with the next commit, and has one of its own after so long at the latest. */
  rides(patienceMs: number): void
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>
}

/** So many, or so long a wait, are enough in any case. */
const most = 64
const longestWaitMs = 2
/** For fewer a commit costs more than is gained by not waiting for the last of them. */
const fewest = 16

/**
 * @param commit takes all that waits; commits do not overlap
 * @param nowMs a clock that only goes forward
 */
export function commitTurns(
  commit: () => Promise<void>,
  nowMs: () => number = () => performance.now(),
): CommitTurns {
  let waiting = 0
  let enough = most
  let riding = false
  let boarding: NodeJS.Timeout | null = null
  let scheduled = false
  let running = false
  const whenIdle: (() => void)[] = []

  function schedule(): void {
    if (scheduled || running) return
    scheduled = true
    const sinceMs = nowMs()
    const look = (before: number) => {
      // One that was full has begun meanwhile; what came after it is told when that one ends.
      if (running) {
        scheduled = false
        return
      }
      if (waiting > before && waiting < enough && nowMs() - sinceMs < longestWaitMs) {
        const now = waiting
        setImmediate(() => look(now))
        return
      }
      scheduled = false
      void run()
    }
    // The turn's end, not the microtask's: callers just answered write again in this turn.
    setImmediate(() => look(0))
  }

  async function run(): Promise<void> {
    const took = waiting
    waiting = 0
    riding = false
    if (boarding) clearTimeout(boarding)
    boarding = null
    running = true
    await commit()
    running = false
    enough = nextEnough(enough, took, waiting)
    if (waiting > 0) schedule()
    else settleIdle()
  }

  function leave(): void {
    waiting += 1
    schedule()
  }

  function settleIdle(): void {
    if (riding) return
    for (const resolve of whenIdle.splice(0)) resolve()
  }

  return {
    came() {
      waiting += 1
      schedule()
    },
    full() {
      waiting += 1
      if (!running) void run()
    },
    rides(patienceMs) {
      riding = true
      boarding ??= setTimeout(leave, patienceMs)
    },
    idle() {
      if (riding) leave()
      if (!running && !scheduled && waiting === 0) return Promise.resolve()
      return new Promise((resolve) => whenIdle.push(resolve))
    },
  }
}

/**
 * Where all who write wait for one commit, nothing is done until it ends. So the next one begins before the last of them are in, who
 * keep the event loop at work meanwhile: some eighth to a quarter of all. It begins later again where more came, since each commit
 * has its price.
 */
function nextEnough(enough: number, took: number, cameMeanwhile: number): number {
  if (took < fewest) return enough
  if (cameMeanwhile < took >> 3) return Math.max(fewest, took - (took >> 3))
  return cameMeanwhile > took >> 2 ? Math.min(most, enough + (enough >> 3)) : enough
}
