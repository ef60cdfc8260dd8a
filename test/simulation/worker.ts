import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

// Given by `simulateMany`.
const sources = workerData as Readonly<Record<string, string>>
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const source = sources[url]
    return source === undefined ? loaded : { ...loaded, source }
  },
})

// Only now, or it would be loaded as it is.
const { simulate } = await import('./simulate.ts')

/** Runs the seeds it is handed, one at a time, and hands back what became of each. */
parentPort?.on('message', (seed: number) => {
  simulate(seed).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const counts = { accepted: 0, arrived: 0, copies: 0, kills: 0, cutOffs: 0, parked: 0 }
      const faults = [`the simulator itself failed: ${text}`]
      parentPort?.postMessage({ seed, faults, ...counts, virtualMs: 0 })
    },
  )
})
