import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import type { WebhookContract } from '../../connectors/contract.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { keyedIds } from '../../domain/ids.ts'
import { type Gateway, startGateway } from '../../gateway/gateway.ts'
import { defaultGatewaySettings, type GatewaySettings } from '../../gateway/settings.ts'
import type { GatewayChannel, GatewayTools } from '../../gateway/tools.ts'
import { WebhookRing } from '../../gateway/webhooks/webhook-ring.ts'
import { loadSchemas } from '../../schemas/load.ts'
import { folderBlobs } from '../../storage/adapters/folder/blobs.ts'
import { folderUploads } from '../../storage/adapters/folder/uploads.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryFanOut } from '../../storage/adapters/memory/fan-out.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryInbox } from '../../storage/adapters/memory/inbox.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { memoryUploadLocker } from '../../storage/adapters/memory/upload-locker.ts'
import { memoryBroker } from '../../topology/adapters/memory-broker/memory-broker.ts'
import { memoryLog } from '../../topology/adapters/memory-broker/memory-log.ts'
import { partitionOf } from '../../topology/adapters/partitioner.ts'
import { systemClock } from '../../topology/adapters/system-clock.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import type { StoredRecord } from '../../topology/contract/record.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { type ApiClient, apiClient } from './api-client.ts'

export const adminKey = 'an-admin-key-of-more-than-32-characters'
export const partitions = 4

const topics = {
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
  inbound: {
    whatsapp: 'inbound.whatsapp',
    telegram: 'inbound.telegram',
    'in-app': 'inbound.in-app',
  },
} as const

const webhookTopics = {
  endpoints: 'directory.webhooks',
  health: 'webhooks.health',
  calls: 'webhooks.calls',
  attempts: 'webhooks.attempts',
} as const

/** A running gateway on real parts, with what a test needs to look behind it. */
export interface OpenGateway {
  readonly gateway: Gateway
  readonly tools: GatewayTools
  readonly api: ApiClient
  /** What was appended to a topic so far, partition by partition. */
  records(topic: string): Promise<readonly StoredRecord[]>
  decoded(topic: string, type: Parameters<GatewayTools['codec']['decode']>[0]): Promise<unknown[]>
}

export interface OpenOptions {
  readonly settings?: Partial<GatewaySettings>
  readonly limits?: Partial<GatewaySettings['limits']>
  /** Takes the place of single tools, to see what happens when one fails. */
  readonly tools?: (tools: GatewayTools) => Partial<GatewayTools>
}

export async function openGateway(t: TestContext, options: OpenOptions = {}): Promise<OpenGateway> {
  const tools = await realTools(t)
  const used: GatewayTools = { ...tools, ...options.tools?.(tools) }
  const settings: GatewaySettings = {
    ...defaultGatewaySettings,
    httpPort: 0,
    grpcPort: 0,
    bootstrapKey: adminKey,
    ...options.settings,
    limits: { ...defaultGatewaySettings.limits, drainMs: 1_000, ...options.limits },
  }
  const gateway = await startGateway(used, settings)
  t.after(async () => {
    await gateway.close()
    await tools.broker.close()
  })

  const records = async (topic: string) => {
    const ends = await tools.broker.ends(topic)
    const all = await Promise.all(
      ends.map(({ partition, earliest }) =>
        tools.broker.read(
          { topic, partition, offset: earliest },
          { maxRecords: 10_000, maxWaitMs: 0 },
        ),
      ),
    )
    return all.flat()
  }
  return {
    gateway,
    tools: used,
    api: await apiClient(gateway.httpPort, adminKey),
    records,
    async decoded(topic, type) {
      const all = await records(topic)
      return all.map(({ value }) => tools.codec.decode(type, value ?? new Uint8Array()))
    },
  }
}

async function realTools(t: TestContext): Promise<GatewayTools> {
  const folder = await mkdtemp(join(tmpdir(), 'c4a-gateway-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const blobsRoot = join(folder, 'blobs')
  const clock = systemClock
  const broker = memoryBroker(memoryLog(clock), clock)
  const { endpoints, health, calls, attempts } = webhookTopics
  const names = [
    topics.submitted,
    topics.rejected,
    topics.receipts,
    topics.events,
    'validate.dlq',
    'in-app.items',
    ...Object.values(topics.inbound),
  ]
  const compacted = [
    topics.keys,
    topics.conversations,
    topics.reads,
    topics.members,
    topics.aliases,
    topics.people,
    topics.identities,
    endpoints,
    health,
  ]
  await broker.ensureTopics([
    ...[...names, calls, attempts].map(
      (name) => ({ name, partitions, cleanup: 'delete', retentionMs: 1e9 }) as const,
    ),
    ...compacted.map((name) => ({ name, partitions, cleanup: 'compact', retentionMs: 0 }) as const),
  ])
  const codec = await avroCodec(loadSchemas(), memoryRegistry())
  const log = pino({ level: 'silent' })
  const directory = new WebhookRing({ broker, codec, clock, log }, { topics: webhookTopics })
  directory.start()
  t.after(() => directory.close())
  const history = memoryHistory()
  const tables = memoryDirectory()
  return {
    broker,
    codec,
    content: contentCodec(codec),
    ids: keyedIds(Buffer.from('a secret of the tests')),
    clock,
    history,
    ledger: memoryLedger(),
    directory: tables,
    inbox: memoryInbox(history, tables),
    people: memoryPeople(tables),
    searchLanguage: 'simple',
    blobs: folderBlobs(blobsRoot),
    uploads: await folderUploads({
      root: join(folder, 'uploads'),
      blobsRoot,
      locker: memoryUploadLocker(),
      expireMs: defaultGatewaySettings.media.uploadExpireMs,
    }),
    virusScanner: null,
    rateLimits: memoryRateLimits(() => clock.now()),
    fanOut: memoryFanOut(),
    waitFor: async () => true,
    revision: 'r1',
    topics,
    deadLetters: {
      topics: new Map([['validate', 'validate.dlq']]),
      typeOf: (topic) => (topic === topics.submitted ? 'Message' : undefined),
    },
    webhooks: {
      directory,
      urlFault: (url) => (url.startsWith('https://') ? undefined : 'it is not https'),
      partitionOf,
      topics: webhookTopics,
    },
    inApp: { topic: 'in-app.items', partitionOf },
    channels,
    ready: () => ({ ok: true, checks: { log: 'ok' } }),
    log,
    metrics: new Registry(),
  }
}

/** Signed with its secret in clear, an item a line: enough of a platform for the gateway's part of it. */
const plainWebhook: WebhookContract = {
  answer: (body) => (Buffer.from(body).includes('tap') ? { tapped: true } : undefined),
  verify: ({ headers }, { secrets }) => secrets.includes(headers['x-secret'] ?? ''),
  handshake: ({ query }, { verifyToken }) =>
    verifyToken !== null && query['token'] === verifyToken ? (query['challenge'] ?? '') : null,
  split: (body) =>
    Buffer.from(body)
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [account = '', chat = ''] = line.split(' ')
        return {
          account: account === '-' ? null : account,
          chat,
          item: Buffer.from(line),
          context: Buffer.from('{}'),
        }
      }),
}

const capabilities: GatewayChannel['capabilities'] = {
  kinds: ['text', 'image', 'document', 'location'],
  text: { max: 4096, unit: 'characters' },
  caption: null,
  receipts: ['sent'],
  windowMs: null,
  settlement: null,
}

const channels: ReadonlyMap<string, GatewayChannel> = new Map([
  [
    'whatsapp',
    {
      capabilities,
      accounts: [
        { id: 'main', tenant: 'default', externalId: '111' },
        { id: 'second', tenant: 'default', externalId: '222' },
        { id: 'theirs', tenant: 'other', externalId: '333' },
      ],
      endpoints: [
        { id: 'meta', tenant: 'default', secrets: ['s1', 's2'], verifyToken: 'vt', account: null },
      ],
      webhook: plainWebhook,
      canonicalAddress: (address: string) => {
        const digits = address.replace(/[\s+()-]/g, '')
        return /^\d+$/.test(digits) ? digits : undefined
      },
    },
  ],
  [
    'telegram',
    {
      capabilities,
      accounts: [{ id: 'bot', tenant: 'default', externalId: '99' }],
      endpoints: [
        { id: 'bot', tenant: 'default', secrets: ['s3'], verifyToken: null, account: 'bot' },
      ],
      webhook: plainWebhook,
    },
  ],
  [
    'in-app',
    {
      capabilities,
      accounts: [
        { id: 'app', tenant: 'default', externalId: 'in-app' },
        { id: 'theirs', tenant: 'other', externalId: 'theirs' },
      ],
      endpoints: [],
      webhook: plainWebhook,
      canonicalAddress: (address: string) => (/^\S+$/.test(address) ? address : undefined),
    },
  ],
])
