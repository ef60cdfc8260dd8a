import { parentPort } from 'node:worker_threads'
import { simulate } from './simulate.ts'

/** Runs the seeds it is handed, one at a time, and hands back what became of each. */
parentPort?.on('message', (seed: number) => {
  simulate(seed).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const crash = {
        accepted: 0,
        arrived: 0,
        copies: 0,
        kills: 0,
        cutOffs: 0,
        parked: 0,
        virtualMs: 0,
      }
      parentPort?.postMessage({ seed, faults: [`the simulator itself failed: ${text}`], ...crash })
    },
  )
})
