import type { Clock } from '../../ports/clock.ts'

/** Lets reads wait for the next record of a partition. */
export interface Arrivals {
  /** Resolves when `wake` is called for the partition, at the latest after `maxWaitMs`. */
  wait(topic: string, partition: number, maxWaitMs: number): Promise<void>
  wake(topic: string, partition: number): void
  /** Ends all waits. */
  end(): void
}

export function arrivals(clock: Clock): Arrivals {
  const waiting = new Map<string, Set<() => void>>()
  return {
    wait(topic, partition, maxWaitMs) {
      return new Promise((resolve) => {
        const place = `${partition}/${topic}`
        const waiters = waiting.get(place) ?? new Set()
        waiting.set(place, waiters)
        const end = () => {
          cancel()
          waiters.delete(end)
          if (waiters.size === 0 && waiting.get(place) === waiters) waiting.delete(place)
          resolve()
        }
        const cancel = clock.after(maxWaitMs, end)
        waiters.add(end)
      })
    },
    wake(topic, partition) {
      if (waiting.size === 0) return
      for (const end of [...(waiting.get(`${partition}/${topic}`) ?? [])]) end()
    },
    end() {
      for (const waiters of [...waiting.values()]) for (const end of [...waiters]) end()
    },
  }
}
