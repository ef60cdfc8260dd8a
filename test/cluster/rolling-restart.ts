import type { HubProcess } from '../chaos/hub-process.ts'
import type { ClusterScene } from './cluster-scene.ts'
import type { Scenario } from './steady-run.ts'

const stopBoundMs = 60_000

/** Every process in turn, as an orchestrator does it: asked to end, waited for, started, waited for. */
export function rollingRestart({ gateways, stages }: ClusterScene): Scenario {
  const all: readonly HubProcess[] = [...stages.values(), ...gateways.map((each) => each.process)]
  return {
    name: 'rolling restart of all',
    async run(signal) {
      for (const each of all) {
        signal.throwIfAborted()
        const code = await each.stop(stopBoundMs)
        if (code !== 0) throw new Error(`a process was asked to stop and ended with ${code}`)
        each.start()
        await each.ready
      }
    },
  }
}
