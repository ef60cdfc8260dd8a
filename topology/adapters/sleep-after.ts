import type { Clock } from '../ports/clock.ts'

/** A clock's `sleep`, made of its timers. */
export function sleepAfter(after: Clock['after']): Clock['sleep'] {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = () => {
        cancel()
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const cancel = after(ms, end)
      signal?.addEventListener('abort', end, { once: true })
    })
}
