import { Registry } from 'prom-client'
import { contentCodec } from '../../domain/content-codec.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import type { Base } from './base.ts'
import type { Closers } from './closers.ts'
import { groupProgress } from './group-progress.ts'
import { handOver } from './hand-over.ts'
import type { HubPlan } from './hub.ts'
import { loadConnectors } from './load-connectors.ts'
import { openPlatforms, type Platforms } from './platforms.ts'
import { Readiness } from './readiness.ts'
import { refuseBusyPorts } from './refuse-busy-ports.ts'
import type { Servers } from './servers.ts'
import { tableWriter } from './table-writer.ts'
import { type ComposedWebhooks, openWebhooks } from './webhooks.ts'

/** What gateway and stages of a process are made of. */
export interface Parts {
  readonly base: Base
  readonly platforms: Platforms
  readonly webhooks: ComposedWebhooks
}

/** Opens what the plan names but for its gateway and stages; `closers` close it. */
export async function openParts(plan: HubPlan, closers: Closers): Promise<Parts> {
  const { settings, pipeline, log } = plan
  const clock = systemClock
  // First: a package that is not there should be said before anything is opened.
  const factories = plan.factories ?? (await loadConnectors(pipeline, settings.pipeline))
  await refuseBusyPorts(plan)
  const servers = await openServers(plan, closers)
  const { broker, codec, ids } = servers
  const content = contentCodec(codec)
  const handing = handOver({ broker, codec, content, ids }, pipeline.revision)
  const platforms = await openPlatforms(settings, pipeline, servers, factories, handing, closers)
  const base = {
    ...servers,
    clock,
    log,
    content,
    metrics: new Registry(),
    directoryProgress: groupProgress({ broker, clock }, tableWriter(pipeline, 'directory')),
    readiness: new Readiness(servers.tablesState),
  }
  const webhooks = openWebhooks(settings, pipeline, base, closers)
  return { base, platforms, webhooks }
}

/** Of the two profiles only the code of the one that runs is loaded: half of a start is the loading. */
async function openServers(plan: HubPlan, closers: Closers): Promise<Servers> {
  const { cluster, settings, pipeline, log } = plan
  if (cluster) {
    const { openCluster } = await import('./cluster.ts')
    return openCluster(cluster, settings, pipeline, log, closers)
  }
  const { openEmbedded } = await import('./embedded.ts')
  return openEmbedded(settings, pipeline, log, closers)
}
