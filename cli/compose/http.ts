import { startGateway } from '../../gateway/gateway.ts'
import { startHealthServer } from '../../gateway/health-server.ts'
import { defaultGatewaySettings, type MediaSettings } from '../../gateway/settings.ts'
import { clamdScanner } from '../../storage/adapters/clamd-scanner.ts'
import type { Rate } from '../../storage/ports/rate-limits.ts'
import { partitionOf } from '../../topology/adapters/partitioner.ts'
import { portTrouble } from '../../topology/contract/port-trouble.ts'
import type { Base } from './base.ts'
import type { Closers } from './closers.ts'
import { deadLetterTopics } from './dead-letter-topics.ts'
import { groupProgress } from './group-progress.ts'
import type { HubPlan } from './hub.ts'
import type { Platforms } from './platforms.ts'
import { searchLanguage } from './search-language.ts'
import { tableWriter } from './table-writer.ts'
import { inAppTopic, topics, webhookTopics } from './topics.ts'
import type { ComposedWebhooks } from './webhooks.ts'

/** The gateway, or for a process without one its health and figures. */
export async function openHttp(
  plan: Pick<HubPlan, 'settings' | 'pipeline' | 'gateway'>,
  base: Base,
  { channels, gatewayPort }: Platforms,
  webhooks: ComposedWebhooks,
  closers: Closers,
): Promise<{ readonly httpPort: number; readonly grpcPort: number | null }> {
  const { settings, pipeline } = plan
  const { host, grpcPort, openDocs } = settings
  const listening = {
    ...defaultGatewaySettings,
    host,
    httpPort: gatewayPort,
    grpcPort,
    openDocs,
    limits: { ...defaultGatewaySettings.limits, sendRate: sendRateOf(settings) },
    bootstrapKey: base.bootstrapKey?.value ?? null,
    media: mediaOf(settings),
  }
  const told = (cause: unknown): never => {
    throw portTrouble(cause, host, gatewayPort, 'C4A_HTTP_PORT')
  }
  const ready = () => base.readiness.now()
  if (!plan.gateway) {
    const health = await startHealthServer({ ...base, ready, topics }, listening).catch(told)
    closers.add(() => health.close())
    return { httpPort: health.httpPort, grpcPort: null }
  }
  const history = groupProgress(base, tableWriter(pipeline, 'status-update'))
  const gateway = await startGateway(
    {
      ...base,
      ledger: base.forStages.ledger,
      searchLanguage: searchLanguage(pipeline),
      waitFor: (position, timeoutMs) =>
        position.topic.startsWith('directory.')
          ? base.directoryProgress.passed(position, timeoutMs)
          : history.passed(position, timeoutMs),
      revision: pipeline.revision,
      virusScanner: settings.clamd === null ? null : clamdScanner(settings.clamd),
      topics: {
        ...topics,
        inbound: Object.fromEntries(
          [...channels.forGateway.keys()].map((name) => [name, `inbound.${name}`]),
        ),
      },
      deadLetters: deadLetterTopics(pipeline),
      webhooks: {
        directory: webhooks.ring,
        urlFault: webhooks.urlFault,
        partitionOf,
        topics: webhookTopics,
      },
      inApp: { topic: inAppTopic, partitionOf },
      channels: channels.forGateway,
      ready,
    },
    listening,
  ).catch(told)
  closers.add(() => gateway.close())
  return { httpPort: gateway.httpPort, grpcPort: gateway.grpcPort }
}

function mediaOf(settings: HubPlan['settings']): MediaSettings {
  return {
    types: settings.mediaTypes,
    uploadBytes: settings.uploadBytes,
    uploadExpireMs: settings.uploadHours * 3_600_000,
    publicUrl: settings.publicUrl || null,
  }
}

function sendRateOf({ sendRate, sendBurst }: HubPlan['settings']): Rate | null {
  if (sendRate === 0) return null
  return { perSecond: sendRate, burst: sendBurst || Math.max(1, sendRate) }
}
