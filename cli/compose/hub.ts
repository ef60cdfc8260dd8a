import { join } from 'node:path'
import type pino from 'pino'
import { Registry } from 'prom-client'
import type { ConnectorFactory } from '../../connectors/contract.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { publicAddresses } from '../../connectors/public-addresses.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import { WebhookRing } from '../../gateway/webhooks/webhook-ring.ts'
import { stageTypes } from '../../stages/index.ts'
import type { StageTools } from '../../stages/tools.ts'
import { partitionOf } from '../../topology/adapters/partitioner.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { derivedNames, type Pipeline } from '../../topology/pipeline/model.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import { startEngine } from '../../topology/runner/engine.ts'
import { startWatchdog } from '../../topology/runner/watchdog.ts'
import type { Settings } from '../settings.ts'
import { allSettled } from './all-settled.ts'
import { Closers } from './closers.ts'
import { openDataFolder } from './data-folder.ts'
import { deadLetterTopics } from './dead-letter-topics.ts'
import { DirectoryProjection } from './directory-projection.ts'
import { engineMeter } from './engine-meter.ts'
import { openKept } from './kept.ts'
import { openPlatforms } from './platforms.ts'
import { portTrouble } from './port-trouble.ts'
import { committedPast, within } from './positions.ts'
import { rebuildTables } from './rebuild-tables.ts'
import { refuseBusyPorts } from './refuse-busy-ports.ts'
import { openSchemas } from './schemas.ts'
import { keptSecret } from './secrets.ts'
import { openTables } from './tables.ts'
import { TablesTrust } from './tables-trust.ts'
import { tellDead } from './tell-dead.ts'
import { trustedHistory } from './trusted-history.ts'
import { webhookPoster } from './webhook-poster.ts'

/** A batch or an attempt that runs longer has stalled, milliseconds. */
const stallMs = 120_000
const statusStage = 'status-update'
const rejectedTopic = 'messages.rejected'
const topics = {
  submitted: 'messages.submitted',
  events: 'events',
  keys: 'directory.keys',
  conversations: 'directory.conversations',
  aliases: 'directory.aliases',
} as const
const webhookTopics = {
  endpoints: 'directory.webhooks',
  health: 'webhooks.health',
  calls: 'webhooks.calls',
  attempts: 'webhooks.attempts',
} as const

/** The whole hub in this process. */
export interface Hub {
  readonly httpPort: number
  readonly grpcPort: number
  /** Null when no channel uses the simulator. */
  readonly simulatorUrl: string | null
  readonly registryUrl: string
  /** The first admin key, if it was made just now: the only time it may be shown. */
  readonly freshKey: string | null
  /** Takes nothing new, lets what runs finish within the stages' drains, and closes everything. */
  close(): Promise<void>
}

/**
 * Starts everything; what had been started is closed again when something fails. Other `factories`, by
 * channel, put other connectors behind the stages.
 */
export async function startHub(
  settings: Settings,
  pipeline: Pipeline,
  log: pino.Logger,
  factories: Readonly<Record<string, ConnectorFactory>> = connectorFactories,
): Promise<Hub> {
  const closers = new Closers()
  try {
    return await compose(settings, pipeline, log, factories, closers)
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function compose(
  settings: Settings,
  pipeline: Pipeline,
  log: pino.Logger,
  factories: Readonly<Record<string, ConnectorFactory>>,
  closers: Closers,
): Promise<Hub> {
  const { dataDir, host } = settings
  const clock = systemClock
  openDataFolder(dataDir)
  await refuseBusyPorts(settings, pipeline)
  const kept = await openKept(dataDir, settings.idSecret, closers, (error) =>
    log.error({ err: error }, 'the log has trouble'),
  )
  const { broker, blobs, ids } = kept
  const key = settings.bootstrapKey
    ? { value: settings.bootstrapKey, fresh: false }
    : keptSecret(join(dataDir, 'bootstrap-key'))
  const tables = openTables(dataDir, (sentence) => {
    log.warn(sentence)
    trust.doubt()
  })
  // Set below, once there is what a rebuild needs.
  let check = (): Promise<void> => Promise.reject(new Error('the hub is still starting'))
  const trust = new TablesTrust(() => check())
  closers.add(() => tables.close())
  const [{ codec, registryUrl }, platforms] = await allSettled([
    openSchemas(dataDir, settings.registryPort, closers),
    openPlatforms(settings, pipeline, blobs, factories, closers),
    broker.ensureTopics(topicSpecs(pipeline, stageTypes)),
  ])
  const { channels, simulatorUrl, gatewayPort } = platforms
  const content = contentCodec(codec)
  const metrics = new Registry()
  const state = { stalled: new Set<string>(), draining: false, tables: 'opening' }
  const projection = new DirectoryProjection({
    broker,
    codec,
    clock,
    directory: tables.directory,
    topics: { conversations: topics.conversations, aliases: topics.aliases },
    onTrouble: (error) => log.warn({ err: error }, 'the directory is not up to date'),
  })
  const outside = publicAddresses({
    allowHttp: settings.webhookHttp,
    allowNetworks: settings.webhookNetworks,
  })
  const webhooks = new WebhookRing({ broker, codec, clock, log }, { topics: webhookTopics })
  // A pipeline of one's own may have no webhooks.
  if (pipeline.topics[webhookTopics.endpoints]) webhooks.start()
  closers.add(() => webhooks.close())
  const poster = webhookPoster(outside.lookup)
  closers.add(() => poster.close())
  const statusGroup = derivedNames.group(pipeline.name, statusStage)

  const gateway = await startGateway(
    {
      broker,
      codec,
      content,
      ids,
      clock,
      history: tables.history,
      directory: tables.directory,
      blobs,
      waitFor: (position, timeoutMs) =>
        position.topic === topics.conversations
          ? within(clock, projection.passed(position), timeoutMs)
          : committedPast({ broker, clock }, statusGroup, position, timeoutMs),
      revision: pipeline.revision,
      topics: {
        ...topics,
        inbound: Object.fromEntries(
          [...channels.forGateway.keys()].map((name) => [name, `inbound.${name}`]),
        ),
      },
      deadLetters: deadLetterTopics(pipeline),
      webhooks: {
        directory: webhooks,
        urlFault: outside.urlFault,
        partitionOf,
        topics: webhookTopics,
      },
      channels: channels.forGateway,
      ready: () => ({
        ok: !state.draining && state.stalled.size === 0,
        checks: {
          stages: state.stalled.size === 0 ? 'ok' : `stalled: ${[...state.stalled].join(', ')}`,
          tables: state.tables,
        },
      }),
      log,
      metrics,
    },
    {
      ...defaultGatewaySettings,
      host,
      httpPort: gatewayPort,
      grpcPort: settings.grpcPort,
      bootstrapKey: key.value,
      openDocs: settings.openDocs,
    },
  ).catch((cause: unknown) => {
    throw portTrouble(cause, host, gatewayPort, 'C4A_HTTP_PORT')
  })
  closers.add(() => gateway.close())

  await projection.start()
  closers.add(() => projection.stop())
  const tools: StageTools = {
    ids,
    content,
    seen: kept.seen,
    ledger: kept.ledger,
    directory: tables.directory,
    directoryCaughtUp: () => projection.caughtUp(),
    history: trustedHistory(tables.history, trust),
    channels: channels.forStages,
    webhooks,
    postWebhook: poster.post,
  }
  check = () =>
    tables
      .ready(async (history) => {
        await projection.reapply()
        const again = { ...tools, history }
        await rebuildTables({ pipeline, stageId: statusStage, tools: again, broker, codec, log })
      })
      .then(
        () => {
          state.tables = 'ok'
        },
        (error: unknown) => {
          state.tables = 'away'
          log.error({ err: error }, 'the tables cannot be used; messages are accepted, and wait')
          throw tablesAway(error)
        },
      )
  trust.trusted().catch(() => {}) // told above, and asked again by whoever needs them
  const engine = await startEngine({
    pipeline,
    types: stageTypes,
    tools,
    context: {
      broker,
      codec,
      clock,
      timers: kept.timers,
      meter: engineMeter(metrics, log),
      onDead: tellDead(pipeline, codec, rejectedTopic),
      random: Math.random,
      revision: pipeline.revision,
      maxBatch: 1_000,
      commitEveryMs: 50,
      brokerBackoff: { minBackoffMs: 20, maxBackoffMs: 1_000 },
    },
  })
  closers.add(() => engine.stop())
  closers.add(
    startWatchdog({
      clock,
      health: () => engine.health(),
      stallMs,
      onStall(stage, forMs) {
        state.stalled.add(stage)
        log.error({ stage, forMs }, 'a stage has stalled')
      },
    }),
  )
  closers.add(() => {
    state.draining = true
  })

  return {
    httpPort: gateway.httpPort,
    grpcPort: gateway.grpcPort,
    simulatorUrl,
    registryUrl,
    freshKey: key.fresh ? key.value : null,
    close: () => closers.close(),
  }
}

/** Always worth a wait: whatever is wrong with the tables, what is to be written to them is not at fault. */
const tablesAway = (cause: unknown): Chat4AllError =>
  new Chat4AllError(
    'C4A_STORE_UNREACHABLE',
    {
      what: 'The tables cannot be used',
      why: cause instanceof Error ? cause.message : String(cause),
      todo: 'Mend what the log names; everything waits until then',
    },
    { cause },
  )
