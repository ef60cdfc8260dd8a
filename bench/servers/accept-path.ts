import { pino } from 'pino'
import { Registry } from 'prom-client'
import { composeChannels } from '../../cli/compose/channels.ts'
import { Closers } from '../../cli/compose/closers.ts'
import { deadLetterTopics } from '../../cli/compose/dead-letter-topics.ts'
import { handOver } from '../../cli/compose/hand-over.ts'
import { openKept } from '../../cli/compose/kept.ts'
import { openSchemas } from '../../cli/compose/schemas.ts'
import { inAppTopic } from '../../cli/compose/topics.ts'
import { connectorFactories } from '../../connectors/index.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings } from '../../gateway/settings.ts'
import { stageTypes } from '../../stages/index.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryFanOut } from '../../storage/adapters/memory/fan-out.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryInbox } from '../../storage/adapters/memory/inbox.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { partitionOf } from '../../topology/adapters/partitioner.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import { answerParent } from '../harness/answer-parent.ts'
import { benchKey } from '../harness/bench-key.ts'
import { benchPipeline } from '../harness/bench-pipeline.ts'
import { tempFolder } from '../harness/temp-folder.ts'
import { filling } from './filling.ts'
import { noWebhooks } from './no-webhooks.ts'

/**
 * The accept path alone, as `chat4all start` composes it: the real gateway, key check, validation, Avro with
 * the embedded registry, and the durable log with its fsync before the 202. Only the stages behind it do
 * not run, and history and directory, which no send asks, are empty ones in memory.
 */
const closers = new Closers()
const dataDir = tempFolder('accept')
const pipeline = benchPipeline('pipeline.yaml')
const { broker, blobs, uploads, ids } = await openKept(dataDir, '', closers, (error) => {
  throw error
})
const { codec } = await openSchemas(dataDir, 0, closers)
await broker.ensureTopics(topicSpecs(pipeline, stageTypes))
const { forGateway } = composeChannels({
  pipeline,
  factories: connectorFactories,
  tools: { http: () => Promise.reject(new Error('nothing is sent here')) },
  toolsOf: () => ({ blob: async () => undefined }),
  simulatorUrl: '',
})
const content = contentCodec(codec)
const gateway = await startGateway(
  {
    broker,
    codec,
    content,
    ids,
    clock: systemClock,
    history: memoryHistory(),
    ledger: memoryLedger(),
    directory: memoryDirectory(),
    inbox: memoryInbox(memoryHistory(), memoryDirectory()),
    people: memoryPeople(memoryDirectory()),
    searchLanguage: null,
    blobs,
    uploads,
    virusScanner: null,
    rateLimits: memoryRateLimits(() => performance.now()),
    fanOut: memoryFanOut(),
    waitFor: async () => true,
    revision: pipeline.revision,
    topics: {
      submitted: 'messages.submitted',
      rejected: 'messages.rejected',
      receipts: 'receipts',
      events: 'events',
      keys: 'directory.keys',
      conversations: 'directory.conversations',
      reads: 'directory.reads',
      members: 'directory.members',
      aliases: 'directory.aliases',
      people: 'directory.people',
      identities: 'directory.identities',
      inbound: Object.fromEntries([...forGateway.keys()].map((name) => [name, `inbound.${name}`])),
    },
    deadLetters: deadLetterTopics(pipeline),
    webhooks: noWebhooks,
    inApp: { topic: inAppTopic, partitionOf },
    channels: forGateway,
    ready: () => ({ ok: true, checks: {} }),
    log: pino({ level: 'warn' }, pino.destination(2)),
    metrics: new Registry(),
  },
  { ...defaultGatewaySettings, httpPort: 0, grpcPort: 0, bootstrapKey: benchKey },
)
closers.add(() => gateway.close())
const { hand } = handOver({ broker, codec, content, ids }, pipeline.revision)
answerParent(
  { httpPort: gateway.httpPort, grpcPort: gateway.grpcPort },
  () => closers.close(),
  filling({ broker, codec, hand }),
)
