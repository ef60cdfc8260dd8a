import type { Clock } from '../ports/clock.ts'
import { sleepAfter } from './sleep-after.ts'

/** Node accepts no longer timer (2^31 - 1 ms, some 24.8 days): longer ones are split. */
const longestTimerMs = 2_147_483_647

/** The machine's clock. A timer of 0 ms runs on the next turn of the event loop, not a millisecond later. */
export const systemClock: Clock = {
  now: () => Date.now(),

  after,

  sleep: sleepAfter(after),
}

function after(ms: number, task: () => void): () => void {
  if (ms <= 0) {
    const immediate = setImmediate(task)
    return () => clearImmediate(immediate)
  }
  if (ms > longestTimerMs) {
    let cancelRest = () => {}
    const first = setTimeout(() => {
      cancelRest = after(ms - longestTimerMs, task)
    }, longestTimerMs)
    return () => {
      clearTimeout(first)
      cancelRest()
    }
  }
  const timeout = setTimeout(task, ms)
  return () => clearTimeout(timeout)
}
