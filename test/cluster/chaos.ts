import { cpus, totalmem } from 'node:os'
import { catalogue } from '../services/catalogue.ts'
import { down } from '../services/down.ts'
import { environment as servicesEnvironment } from '../services/environment.ts'
import { Site } from '../services/site.ts'
import { up } from '../services/up.ts'
import { clusterEnvironment } from './cluster-environment.ts'
import { openClusterScene } from './cluster-scene.ts'
import { eachStage } from './each-stage.ts'
import { logRecords } from './log-records.ts'
import { scenariosOf } from './scenarios.ts'
import { type SteadyOutcome, steadyRun } from './steady-run.ts'

export interface ClusterChaosOptions {
  readonly seed: number
  readonly conversations: number
  readonly perSecond: number
  /** Only scenarios whose name has one of these words; all where there are none. */
  readonly only: readonly string[]
  /** How often each of them is played, all of them in turn. */
  readonly times: number
  readonly keep: boolean
  readonly signal: AbortSignal
  readonly say: (sentence: string) => void
}

export interface ClusterChaosOutcome extends SteadyOutcome {
  readonly machine: string
  /** Null when it was removed. */
  readonly folder: string | null
}

/** Brings up what servers are not up, runs each stage as a process of its own, and plays one fault after another. */
export async function clusterChaos(options: ClusterChaosOptions): Promise<ClusterChaosOutcome> {
  const { seed, conversations, perSecond, only, times, signal, say } = options
  const site = new Site()
  const brought = await up(site, catalogue, {
    signal,
    say: (server, what) => say(`${server} ${what}`),
  })
  try {
    const environment = clusterEnvironment(servicesEnvironment(site))
    if (!environment) throw new Error('not all servers could be brought up')
    const stages = eachStage().map((id) => [id])
    say(`${stages.length} stages and 2 gateways start`)
    const scene = await openClusterScene({
      environment,
      seed,
      stages,
      gateways: 2,
      connections: 32,
    })
    let keep = true
    try {
      const all = scenariosOf(scene, site, environment['C4A_REDIS_URL'] ?? '')
      const chosen = all.filter(
        ({ name }) => only.length === 0 || only.some((word) => name.includes(word)),
      )
      const scenarios = Array.from({ length: times }, () => chosen).flat()
      const records = () => logRecords(environment)
      const asked = { seed, conversations, perSecond, scenarios, signal, say, records }
      const outcome = await steadyRun(scene, asked)
      keep = options.keep || outcome.verdict.failures.length > 0
      const memory = Math.round(totalmem() / 2 ** 30)
      const machine = `${cpus().length} cores, ${memory} GB`
      return { ...outcome, machine, folder: keep ? scene.folder : null }
    } finally {
      await scene.close(keep)
    }
  } finally {
    await down(site, brought, (server, what) => say(`${server} ${what}`))
  }
}
