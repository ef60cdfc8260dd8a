import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentCodec } from '../../domain/content-codec.ts'
import { headerNames } from '../../domain/headers.ts'
import { keyedIds } from '../../domain/ids.ts'
import { webhookKey } from '../../domain/keys.ts'
import { loadSchemas } from '../../schemas/load.ts'
import type { Event, Webhook } from '../../schemas/types.ts'
import { stageTypes } from '../../stages/index.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { memorySeen, type SeenState } from '../../storage/adapters/memory/seen.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { type MemoryLog, memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { memoryTimers, type TimerState } from '../../topology/adapters/memory-timers.ts'
import { type VirtualClock, virtualClock } from '../../topology/adapters/virtual-clock.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { loadPipeline } from '../../topology/pipeline/load.ts'
import { derivedNames, type Pipeline } from '../../topology/pipeline/model.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { topicSpecs } from '../../topology/runner/compile.ts'
import { audit, type Told } from './auditor.ts'
import { Chance } from './chance.ts'
import { Fleet } from './fleet.ts'
import type { GroupChat, Phone } from './group-chat.ts'
import { type Chat, HubClient } from './hub-client.ts'
import type { Cluster } from './hub-process.ts'
import { Platform } from './platform.ts'
import { Receiver } from './receiver.ts'

export interface Outcome {
  readonly seed: number
  /** Broken promises; empty when all held. */
  readonly faults: readonly string[]
  readonly accepted: number
  readonly arrived: number
  readonly copies: number
  readonly kills: number
  /** Processes that lost their places in their groups, and worked on. */
  readonly cutOffs: number
  /** Records that were parked. */
  readonly parked: number
  readonly virtualMs: number
}

const root = join(import.meta.dirname, '..', '..')
const partitions = 3
const codec = await avroCodec(loadSchemas(), memoryRegistry())
const pipelines = ['pipeline.yaml', 'pipeline.fused.yaml'].map(simulated)

/** The shipped file, on fewer partitions, and so impatient that lanes are parked in most seeds. */
function simulated(file: string): Pipeline {
  const { pipeline, faults } = loadPipeline(
    readFileSync(join(root, file), 'utf8'),
    file,
    stageTypes,
  )
  if (!pipeline) throw new Error(`${file}: ${JSON.stringify(faults)}`)
  const topics = Object.entries(pipeline.topics).map(([name, topic]) => [
    name,
    { ...topic, partitions },
  ])
  const stages = Object.entries(pipeline.stages).map(([id, stage]) => {
    const park = stage.park && { ...stage.park, minBackoffMs: 500, maxBackoffMs: 5_000 }
    const retry = stage.park ? { ...stage.retry, holdMs: 3_000 } : stage.retry
    return [id, { ...stage, retry, park }]
  })
  return { ...pipeline, topics: Object.fromEntries(topics), stages: Object.fromEntries(stages) }
}

/** The whole pipeline, its processes killed wherever the seed says, and what the auditor makes of it. */
export async function simulate(seed: number): Promise<Outcome> {
  const chance = new Chance(seed)
  const clock = virtualClock()
  const timers: TimerState = new Map()
  const seen: SeenState = new Map()
  const log = memoryLog(clock, { compactEvery: 20 })
  const pipeline = pipelines[seed % 2] ?? pipelines[0]
  if (!pipeline) throw new Error('no pipeline')
  let client: HubClient | undefined
  const platform = new Platform(clock, chance, (posted) => void client?.post(posted))
  const cluster: Cluster = {
    clock,
    chance,
    log,
    pipeline,
    codec,
    content: contentCodec(codec),
    ids: keyedIds(Buffer.from(`seed ${seed}`)),
    stores: {
      seen: memorySeen(seen),
      ledger: memoryLedger(),
      timers: memoryTimers(timers),
      history: memoryHistory(),
      directory: memoryDirectory(),
      people: memoryPeople(memoryDirectory()),
    },
    platform,
    receiver: new Receiver(clock, chance),
    poisoned: new Map(),
    hostility: { kill: 0.002, unreachable: 0.01, delay: 0.1 },
  }
  log.ensureTopics(topicSpecs(pipeline, stageTypes))
  client = new HubClient(cluster)
  // Before anything happens, so that all that happens is to be heard of.
  await listen(log, clock)
  const fleet = new Fleet(cluster, chance.between(1, 3), () => seen.clear())
  const chats = client.chats(chance.between(3, 6))
  const talk = chats.map((chat, nth) => converse(chat, nth, client, cluster))
  let talked = false
  void Promise.all(talk).then(() => {
    talked = true
  })

  const startMs = clock.now()
  // Trouble for as long as people talk, and a while longer; then calm, until nothing is left to do.
  while (!talked || clock.now() - startMs < 20_000) await clock.step()
  cluster.hostility.kill = 0
  cluster.hostility.unreachable = 0
  cluster.hostility.delay = 0
  cluster.receiver.failing = 0
  platform.rates = { retry: 0, refused: 0, unknown: 0, slow: 0 }
  fleet.calm()
  const limitMs = clock.now() + 60 * 3_600_000
  let quiet = false
  while (!quiet && clock.now() < limitMs) {
    await clock.advance(5_000)
    quiet = platform.pending === 0 && timers.size === 0 && lagOf(pipeline, log) === 0
  }
  const faults = [
    ...(quiet ? [] : [`stuck: ${lagOf(pipeline, log)} records unfinished, ${timers.size} timers`]),
    ...deadLetters(pipeline, log, cluster.poisoned),
    ...audit(await evidenceOf(client, cluster, fleet.forgets > 0)),
  ]
  return {
    seed,
    faults,
    accepted: client.promised.length,
    arrived: platform.arrivals.length,
    copies:
      platform.arrivals.length -
      new Set(platform.arrivals.map((each) => `${each.channel}${each.address}${each.text}`)).size,
    kills: fleet.kills,
    cutOffs: fleet.cutOffs,
    parked: parkedIn(pipeline, log),
    virtualMs: clock.now() - startMs,
  }
}

/** The tenant's endpoint, as the gateway would write it down. */
async function listen(log: MemoryLog, clock: VirtualClock): Promise<void> {
  const webhook: Webhook = {
    tenant: 'default',
    webhookId: 'wh_1',
    url: 'https://client.example/events',
    description: null,
    types: [],
    channels: [],
    conversations: [],
    secretVersion: 1,
    formerSecretUntil: null,
    enabledAt: clock.now(),
    disabledAt: null,
    createdAt: clock.now(),
    createdBy: 'key',
  }
  const key = webhookKey(webhook.tenant, webhook.webhookId)
  const value = codec.encode('Webhook', webhook)
  const appended = memoryBroker(log, clock).append([
    { topic: 'directory.webhooks', key, value, headers: {} },
  ])
  let done = false
  void appended.then(() => {
    done = true
  })
  while (!done) await clock.step()
}

/** One person's conversation: says things in order, repeats some, and is answered. */
async function converse(
  chat: Chat,
  nth: number,
  client: HubClient,
  cluster: Cluster,
): Promise<void> {
  const { chance, clock, platform } = cluster
  const count = chance.between(3, 9)
  const [phone] = chat.phones
  const { group } = chat
  await group?.announce()
  if (group) comeAndGo(group, cluster)
  for (let turn = 0; turn < count; turn++) {
    const messageId = `m-${nth}-${turn}`
    const text = `say ${nth}.${turn}`
    if (phone && chance.hit(0.02)) {
      cluster.poisoned.set(messageId, chance.pick(onTheWay(cluster.pipeline, phone.channel)))
    }
    await client.say(chat, messageId, text)
    if (chance.hit(0.15)) await client.repeat(chat, messageId, text)
    if (group && chance.hit(0.7)) {
      const writer = chance.pick(group.writers() as [Phone, ...Phone[]])
      platform.write(writer.channel, 'demo', writer.address, `to the group ${nth}.${turn}`)
    }
    if (phone && chance.hit(0.3)) {
      platform.write(phone.channel, 'demo', phone.address, `answer ${nth}.${turn}`)
    }
    await clock.sleep(chance.hit(0.5) ? 0 : chance.between(1, 1_500))
  }
}

/** Some time while they talk, or afterwards. */
function comeAndGo(group: GroupChat, { clock, chance }: Cluster): void {
  clock.after(chance.between(0, 6_000), () => void group.come())
  clock.after(chance.between(0, 6_000), () => void group.leave())
}

/** Where a record may be damaged: in a topic behind the gateway and before the platform. A fused edge has none. */
function onTheWay({ stages }: Pipeline, channel: string): readonly [string, ...string[]] {
  const fused = new Set(
    Object.values(stages)
      .flatMap(({ inputs }) => Object.values(inputs).flat())
      .flatMap(({ topic, inline }) => (inline ? topic : [])),
  )
  const between = ['messages.validated', 'messages.unique', 'messages.enriched']
  return [`deliveries.${channel}`, ...between.filter((topic) => !fused.has(topic))]
}

/** Records that some group has not finished. */
function lagOf(pipeline: Pipeline, log: MemoryLog): number {
  let lag = 0
  for (const stage of Object.values(pipeline.stages)) {
    const edges = Object.values(stage.inputs).flat()
    const topics = edges.filter(({ inline }) => !inline).map(({ topic }) => topic)
    if (topics.length === 0) continue
    if (stage.park && ['deliver', 'post'].includes(stage.use))
      topics.push(derivedNames.park(stage.id))
    const committed = log.committed(derivedNames.group(pipeline.name, stage.id))
    for (const topic of topics) {
      for (const { partition, next } of log.partitions(topic)) {
        const at = committed.find((each) => each.topic === topic && each.partition === partition)
        lag += next - (at?.offset ?? 0)
      }
    }
  }
  return lag
}

const parkedIn = (pipeline: Pipeline, log: MemoryLog): number =>
  Object.values(pipeline.stages)
    .filter(({ use }) => use === 'deliver')
    .flatMap(({ id }) => log.partitions(derivedNames.park(id)))
    .reduce((sum, { next }) => sum + next, 0)

/** Nothing but what the seed damages is beyond help, so any other dead letter is a fault of ours. */
function deadLetters(
  pipeline: Pipeline,
  log: MemoryLog,
  poisoned: ReadonlyMap<string, string>,
): readonly string[] {
  return Object.keys(pipeline.stages).flatMap((id) => {
    const records = log
      .partitions(derivedNames.deadLetters(id))
      .flatMap((each) => each.fetch(0, 100, Number.POSITIVE_INFINITY).records)
    const ours = records.filter(
      ({ headers }) => !poisoned.has(headers[headerNames.messageId] ?? ''),
    )
    return ours.map(({ headers }) => `dead letter of ${id}: ${headers['c4a-dead-reason']}`)
  })
}

async function evidenceOf(client: HubClient, cluster: Cluster, forgot: boolean) {
  const { stores, platform, log, poisoned, receiver } = cluster
  const told = new Map<string, Told>()
  for (const { messageId } of client.promised) {
    const view = await stores.history.message('default', messageId)
    if (view) told.set(messageId, view)
  }
  const unique = new Map<string, Event>()
  for (const partition of log.partitions('events')) {
    for (const { value } of partition.fetch(0, 1e6, Number.POSITIVE_INFINITY).records) {
      if (!value) continue
      const event = codec.decode('Event', value) as Event
      unique.set(event.eventId, event)
    }
  }
  const events = [...unique.values()].map(({ eventId, type, messageId, data }) => ({
    eventId,
    type,
    messageId: messageId ?? '',
    text: data ? String(JSON.parse(data).content?.text ?? '') : null,
  }))
  const { promised, written } = client
  const { arrivals, refused, read, lostAnswers, unsure } = platform
  const { taken: posted } = receiver
  const known = {
    promised,
    arrivals,
    refused,
    read,
    lostAnswers,
    unsure,
    poisoned,
    forgot,
  }
  return { ...known, told, written, events, posted }
}
