import { mediaGate } from '../../gateway/media/media-gate.ts'
import { stageTypes } from '../../stages/index.ts'
import type { StageTools } from '../../stages/tools.ts'
import { clamdScanner } from '../../storage/adapters/clamd-scanner.ts'
import { startEngine } from '../../topology/runner/engine.ts'
import { startWatchdog } from '../../topology/runner/watchdog.ts'
import type { Base } from './base.ts'
import type { ComposedChannels } from './channels.ts'
import type { Closers } from './closers.ts'
import { engineMeter } from './engine-meter.ts'
import type { HubPlan } from './hub.ts'
import { inboundMedia } from './inbound-media.ts'
import { tellDead } from './tell-dead.ts'
import { topics } from './topics.ts'
import type { ComposedWebhooks } from './webhooks.ts'

/** A batch or an attempt that runs longer has stalled, milliseconds. */
const stallMs = 120_000
/** So long a stage waits for the directory's tables at a time: less than its drain, so that it can still be stopped. */
const directoryPatienceMs = 10_000

/**
 * Records of one batch at most. A cluster's brokers pay for each batch, request and commit, so they get large ones where much
 * waits; in one process everything that waits is memory.
 */
const maxBatch = { embedded: 1_000, cluster: 4_000 } as const
/**
 * Records that are written into the tables at once where so many wait: a transaction has costs of its own, and it is another
 * thread that works on it meanwhile.
 */
const maxEffectBatch = 4_000

/** The stages of this process, and a look after them. */
export async function runStages(
  {
    pipeline,
    stages,
    cluster,
    settings,
  }: Pick<HubPlan, 'pipeline' | 'stages' | 'cluster' | 'settings'>,
  base: Base,
  channels: ComposedChannels,
  webhooks: ComposedWebhooks,
  closers: Closers,
): Promise<void> {
  if (stages !== 'all' && stages.length === 0) return
  const { broker, codec, clock, log, readiness } = base
  const scanner = settings.clamd === null ? null : clamdScanner(settings.clamd)
  const tools: StageTools = {
    ...base.forStages,
    ids: base.ids,
    content: base.content,
    channels: channels.forStages,
    inboundMedia: inboundMedia(channels, mediaGate(settings.mediaTypes, scanner), base.blobs),
    rateLimits: base.rateLimits,
    // By name, so that it is asked for only where a stage takes it.
    get webhooks() {
      return webhooks.ring()
    },
    postWebhook: webhooks.post,
    directoryCaughtUp: () =>
      base.directoryProgress.caughtUp(
        [topics.conversations, topics.members, topics.aliases],
        directoryPatienceMs,
      ),
  }
  const engine = await startEngine({
    pipeline,
    types: stageTypes,
    tools,
    ...(stages !== 'all' && { only: stages }),
    context: {
      broker,
      codec,
      clock,
      timers: base.timers,
      meter: engineMeter(base.metrics, log),
      onDead: tellDead(pipeline, codec, topics.rejected),
      random: Math.random,
      revision: pipeline.revision,
      maxBatch: cluster ? maxBatch.cluster : maxBatch.embedded,
      maxEffectBatch,
      decidesAhead: cluster !== null,
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
        readiness.stalled(stage)
        log.error({ stage, forMs }, 'a stage has stalled')
      },
    }),
  )
}
