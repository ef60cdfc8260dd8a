import { systemClock } from '../../../topology/adapters/system-clock.ts'
import type { Clock } from '../../../topology/ports/clock.ts'

/**
 * Real time until it ends, and then none: the processes of the simulation are made to be left behind
 * with whatever they wait for, which would keep a test's process alive.
 */
export function endingClock(): Clock & { end(): void } {
  const cancels = new Set<() => void>()
  let ended = false

  function after(ms: number, task: () => void): () => void {
    if (ended) return () => {}
    const cancel = systemClock.after(ms, task)
    cancels.add(cancel)
    return cancel
  }

  return {
    now: systemClock.now,
    after,
    sleep(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        after(ms, resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    },
    end() {
      ended = true
      for (const cancel of cancels) cancel()
    },
  }
}
