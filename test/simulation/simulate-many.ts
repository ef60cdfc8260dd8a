import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Outcome } from './simulate.ts'

export interface ManyOptions {
  readonly from: number
  readonly seeds: number
  /** Called as each seed ends; answers whether to go on. */
  readonly onOutcome: (outcome: Outcome) => boolean
  /** The worker to run; another copy of this folder when faults are planted. */
  readonly folder?: string
}

/** Runs seeds on every processor. Resolves when all are done, or soon after `onOutcome` said so. */
export async function simulateMany({ from, seeds, onOutcome, folder }: ManyOptions): Promise<void> {
  let next = from
  let ended = false
  const lane = async () => {
    const worker = new Worker(join(folder ?? import.meta.dirname, 'worker.ts'))
    try {
      while (!ended && next < from + seeds) {
        const seed = next++
        worker.postMessage(seed)
        // Rejects when the worker emits `error`.
        const [outcome] = (await once(worker, 'message')) as [Outcome]
        if (!onOutcome(outcome)) ended = true
      }
    } finally {
      await worker.terminate()
    }
  }
  const lanes = Math.min(seeds, availableParallelism())
  await Promise.all(Array.from({ length: lanes }, lane))
}
