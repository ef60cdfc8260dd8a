import { composeChannels } from '../../cli/compose/channels.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { keyedIds } from '../../domain/ids.ts'
import type { Caller } from '../../gateway/auth/caller.ts'
import { preparer } from '../../gateway/operations/preparer.ts'
import type { SendRequest } from '../../gateway/operations/send-request.ts'
import { loadSchemas } from '../../schemas/load.ts'
import type { Conversation, Delivery, Message } from '../../schemas/types.ts'
import { stageTypes } from '../../stages/index.ts'
import type { StageTools } from '../../stages/tools.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { memorySeen, type SeenState } from '../../storage/adapters/memory/seen.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { memoryTimers } from '../../topology/adapters/memory-timers.ts'
import { systemClock as clock } from '../../topology/adapters/system-clock.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { AvroType, type Schema } from '../../topology/codec/avsc.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import { silentMeter } from '../../topology/ports/meter.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { BatchStep } from '../../topology/runner/batch-step.ts'
import { compileUnits } from '../../topology/runner/compile.ts'
import { answerParent } from '../harness/answer-parent.ts'
import { benchPipeline } from '../harness/bench-pipeline.ts'
import { sendBody } from '../load/send-bodies.ts'
import { inProcess, nowhere } from './in-process.ts'
import { noWebhooks } from './no-webhooks.ts'

/**
 * Both sides of P5 in one process: 50,000 records as the gateway makes them, through the engine's fused unit
 * (validate, dedup, enrich, route) or through one loop around avsc. Answers records a second.
 */
const count = 50_000
const batchSize = 500
const topic = 'messages.submitted'

const codec = await avroCodec(loadSchemas(), memoryRegistry())
const content = contentCodec(codec)
const ids = keyedIds(Buffer.from('the secret of a bench'))
const pipeline = benchPipeline('pipeline.fused.yaml', nowhere)
const channels = composeChannels({
  pipeline,
  factories: inProcess({ sent: 0, lastAtMs: 0 }),
  tools: { http: () => Promise.reject(new Error('nothing is sent')) },
  toolsOf: () => ({ blob: async () => undefined }),
  simulatorUrl: '',
})
const records = submitted()
const seen: SeenState = new Map()
const directory = memoryDirectory()
const tools: StageTools = {
  ids,
  content,
  seen: memorySeen(seen),
  ledger: memoryLedger(),
  directory,
  people: memoryPeople(directory),
  directoryCaughtUp: async () => {},
  history: memoryHistory(),
  rateLimits: memoryRateLimits(() => performance.now()),
  channels: channels.forStages,
  inboundMedia: { keep: () => Promise.reject(new Error('nothing comes in')) },
  webhooks: noWebhooks.directory,
  postWebhook: () => Promise.reject(new Error('nothing is posted here')),
}
const unit = compileUnits(pipeline, stageTypes, tools).find(
  ({ head }) => head.stage.id === 'validate',
)
if (!unit) throw new Error('pipeline.fused.yaml has no validate')
const step = new BatchStep(unit, {
  broker: memoryBroker(memoryLog(clock), clock),
  codec,
  clock,
  timers: memoryTimers(),
  meter: silentMeter,
  random: Math.random,
  revision: pipeline.revision,
  maxBatch: batchSize,
  commitEveryMs: 50,
  brokerBackoff: { minBackoffMs: 1, maxBackoffMs: 1 },
})
const { signal } = new AbortController()
await makeKnown()
answerParent({ ready: true }, () => {}, { ours: engine, bare: loop })

/** What the gateway appends for these sends. */
function submitted(): readonly StoredRecord[] {
  const none = {
    rejected: '',
    receipts: '',
    events: '',
    keys: '',
    conversations: '',
    reads: '',
    members: '',
    aliases: '',
    people: '',
    identities: '',
    inbound: {},
  }
  const topics = { submitted: topic, ...none }
  const { revision } = pipeline
  const forGateway = { codec, content, ids, clock, channels: channels.forGateway, topics, revision }
  const preparing = preparer(forGateway)
  const caller: Caller = { keyId: 'bootstrap', tenant: 'default', role: 'admin' }
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const acceptance = preparing.acceptance(caller, trace)
  const drafts = Array.from({ length: count }, (_, nth) =>
    preparing.draft(sendBody(nth) as SendRequest, acceptance),
  )
  return preparing.records(drafts).map(({ key, value, headers }, offset) => {
    return { topic, partition: 0, offset, key, value, headers, timestampMs: clock.now() }
  })
}

/** Conversations are written down when they are first used; here all have been used before. */
async function makeKnown(): Promise<void> {
  const { records: first } = await step.run(records.slice(0, 5_000), signal)
  const conversations = first
    .filter((each) => each.topic === 'directory.conversations')
    .map(({ value }) => codec.decode('Conversation', value ?? new Uint8Array()) as Conversation)
  await directory.applyConversations(conversations)
}

async function engine(): Promise<number> {
  seen.clear()
  let made = 0
  const startMs = performance.now()
  for (let at = 0; at < count; at += batchSize) {
    const outbox = await step.run(records.slice(at, at + batchSize), signal)
    made += outbox.records.length
  }
  const elapsedMs = performance.now() - startMs
  if (made !== count) throw new Error(`the unit made ${made} records of ${count}`)
  return (count / elapsedMs) * 1000
}

/** Plain avsc on the same bytes: decode a Message, make its Delivery by a literal, encode into one reused buffer. */
function loop(): number {
  const message = AvroType.forSchema(loadSchemas().get('Message') as Schema)
  const delivery = AvroType.forSchema(loadSchemas().get('Delivery') as Schema)
  const buffer = Buffer.alloc(64 * 1024)
  const startMs = performance.now()
  for (const { value } of records) {
    const { value: read } = message.decode(value as Buffer, 5) as { value: Message }
    delivery.encode(transformed(read), buffer, 5)
  }
  return (count / (performance.now() - startMs)) * 1000
}

function transformed(message: Message): Delivery {
  return {
    deliveryId: '0123456789abcdef0123456789abcdef',
    messageId: message.messageId,
    submissionId: message.submissionId,
    tenant: message.tenant,
    conversationId: message.conversationId,
    participantId: message.senderId,
    channel: message.channel ?? '',
    account: message.account ?? '',
    address: message.address ?? '',
    part: 0,
    parts: 1,
    acceptedAt: message.acceptedAt,
    expiresAt: message.expiresAt,
    sendAt: message.sendAt,
    fallback: false,
    humanAgent: false,
    replyTo: message.replyTo,
    answers: null,
    senderId: null,
    senderName: null,
    digest: message.digest,
    contentKind: message.contentKind,
    content: message.content,
    seal: message.seal,
  }
}
