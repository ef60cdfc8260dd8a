import type { ClusterScene } from './cluster-scene.ts'
import type { Scenario } from './steady-run.ts'

const stopBoundMs = 60_000

/**
 * Every process in turn, as an orchestrator does it that leaves somebody there for each task: a stage has one process
 * here, so the next one is there before it is asked to end; of two gateways one goes, and the other serves.
 */
export function rollingRestart({ gateways, stages }: ClusterScene): Scenario {
  return {
    name: 'rolling restart of all',
    async run(signal) {
      for (const stage of stages.values()) {
        signal.throwIfAborted()
        refuseFailure(await stage.replace(stopBoundMs))
      }
      for (const { process } of gateways) {
        signal.throwIfAborted()
        refuseFailure(await process.stop(stopBoundMs))
        process.start()
        await process.ready
      }
    },
  }
}

function refuseFailure(code: number | null): void {
  if (code !== 0) throw new Error(`a process was asked to stop and ended with ${code}`)
}
