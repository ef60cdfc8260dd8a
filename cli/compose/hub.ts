import { flushCompileCache } from 'node:module'
import type pino from 'pino'
import type { ConnectorFactory } from '../../connectors/contract.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import type { Pipeline } from '../../topology/pipeline/model.ts'
import type { ClusterSettings } from '../cluster-settings.ts'
import type { Settings } from '../settings.ts'
import { Closers } from './closers.ts'
import { openHttp } from './http.ts'
import { openParts } from './parts.ts'
import { runStages } from './run-stages.ts'
import { serversAwaited } from './servers-awaited.ts'

/** What one process is to be. */
export interface HubPlan {
  readonly settings: Settings
  /** Null for the embedded profile: everything in this process and its folder. */
  readonly cluster: ClusterSettings | null
  readonly pipeline: Pipeline
  readonly log: pino.Logger
  /** Whether messages are taken in here; else only health and metrics are served. */
  readonly gateway: boolean
  /** Ids of the stages that run here; `all` of them unless some are named. */
  readonly stages: 'all' | readonly string[]
  /** By channel, in place of what the pipeline names: puts other connectors behind the stages. */
  readonly factories?: Readonly<Record<string, ConnectorFactory>>
}

/** What runs in this process: the whole hub, or a part of one. */
export interface Hub {
  readonly httpPort: number
  /** Null without a gateway. */
  readonly grpcPort: number | null
  /** Null when no channel uses the simulator. */
  readonly simulatorUrl: string | null
  readonly registryUrl: string
  /** The first admin key, if it was made just now: the only time it may be shown. */
  readonly freshKey: string | null
  /**
   * Says that it is not ready and gives those who send work the time to see it; then takes nothing new, lets
   * what runs finish within the stages' drains, and closes everything.
   */
  close(): Promise<void>
}

/**
 * Starts what the plan names; what had been started is closed again when something fails. Servers of a cluster
 * that do not answer are waited for.
 */
export function startHub(plan: HubPlan): Promise<Hub> {
  const { cluster, log } = plan
  if (!cluster) return attempt(plan)
  return serversAwaited(() => attempt(plan), cluster, log)
}

async function attempt(plan: HubPlan): Promise<Hub> {
  const closers = new Closers()
  try {
    return await compose(plan, closers)
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function compose(plan: HubPlan, closers: Closers): Promise<Hub> {
  const { base, platforms, webhooks } = await openParts(plan, closers)
  const http = await openHttp(plan, base, platforms, webhooks, closers)
  await runStages(plan, base, platforms.channels, webhooks, closers)
  // Node itself writes what it compiled only when a process ends well; one that is killed would compile all of it again.
  flushCompileCache()
  base.readiness.run()
  // Last opened, so first done: whoever sends work here is to know before any of it stops.
  closers.add(async () => {
    base.readiness.drain()
    await systemClock.sleep(plan.cluster?.drainDelayMs ?? 0)
  })
  const { bootstrapKey, registryUrl } = base
  return {
    ...http,
    simulatorUrl: platforms.simulatorUrl,
    registryUrl,
    freshKey: bootstrapKey?.fresh ? bootstrapKey.value : null,
    close: () => closers.close(),
  }
}
