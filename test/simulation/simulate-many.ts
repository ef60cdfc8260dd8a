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
  /** By URL: what stands in a file in place of what it has, where faults are planted. */
  readonly sources?: Readonly<Record<string, string>>
  /** How many run at once; one on every processor unless told otherwise. */
  readonly lanes?: number
}

/** Runs seeds. Resolves when all are done, or soon after `onOutcome` said so. */
export async function simulateMany({
  from,
  seeds,
  onOutcome,
  sources = {},
  lanes = availableParallelism(),
}: ManyOptions): Promise<void> {
  let next = from
  let ended = false
  const lane = async () => {
    const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: sources })
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
  await Promise.all(Array.from({ length: Math.min(seeds, lanes) }, lane))
}
