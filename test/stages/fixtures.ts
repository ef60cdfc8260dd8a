import type { Capabilities, Outbound, SendOutcome } from '../../connectors/contract.ts'
import type { Content } from '../../domain/content.ts'
import { contentCodec } from '../../domain/content-codec.ts'
import { keyedIds } from '../../domain/ids.ts'
import { disabledOf, type WebhookState } from '../../domain/webhooks/webhook-state.ts'
import { loadSchemas } from '../../schemas/load.ts'
import type { Conversation, Delivery, Message, Participant } from '../../schemas/types.ts'
import type { Channels, StageTools } from '../../stages/tools.ts'
import { memoryDirectory } from '../../storage/adapters/memory/directory.ts'
import { memoryHistory } from '../../storage/adapters/memory/history.ts'
import { memoryLedger } from '../../storage/adapters/memory/ledger.ts'
import { memoryPeople } from '../../storage/adapters/memory/people.ts'
import { memoryRateLimits } from '../../storage/adapters/memory/rate-limits.ts'
import { memorySeen } from '../../storage/adapters/memory/seen.ts'
import type { Webhooks } from '../../storage/ports/webhooks.ts'
import { avroCodec } from '../../topology/codec/avro-codec.ts'
import { memoryRegistry } from '../../topology/registry/memory.ts'
import { nowMs } from './run-stage.ts'

export const records = await avroCodec(loadSchemas(), memoryRegistry())
export const content = contentCodec(records)
export const ids = keyedIds(new TextEncoder().encode('a secret for tests'))

export const bia = {
  channel: 'whatsapp',
  account: 'demo',
  address: '5511999990002',
} as const
export const biaId = ids.participant('default', bia.channel, bia.account, bia.address)
export const withBia = ids.conversation('default', bia.channel, bia.account, bia.address)

export const hello: Content = { type: 'text', text: 'hello' }

export function messageOf(fields: Partial<Message> = {}, says: Content = hello): Message {
  return {
    messageId: 'm1',
    submissionId: 's1',
    tenant: 'default',
    conversationId: withBia,
    direction: 'outbound',
    senderId: 'key1',
    channel: bia.channel,
    account: bia.account,
    address: bia.address,
    acceptedAt: nowMs - 1000,
    expiresAt: null,
    sendAt: null,
    fallback: [],
    humanAgent: false,
    replyTo: null,
    providerMessageId: null,
    metadata: {},
    digest: 'd'.repeat(32),
    contentKind: says.type,
    content: content.encode(says),
    seal: null,
    origin: null,
    ...fields,
  }
}

export function deliveryOf(fields: Partial<Delivery> = {}): Delivery {
  return {
    deliveryId: 'a'.repeat(32),
    messageId: 'm1',
    submissionId: 's1',
    tenant: 'default',
    conversationId: withBia,
    participantId: biaId,
    ...bia,
    part: 0,
    parts: 1,
    acceptedAt: nowMs - 1000,
    expiresAt: null,
    sendAt: null,
    fallback: false,
    humanAgent: false,
    replyTo: null,
    answers: null,
    senderId: null,
    senderName: null,
    digest: 'd'.repeat(32),
    contentKind: hello.type,
    content: content.encode(hello),
    seal: null,
    ...fields,
  }
}

export const participantOf = (channel: string, address: string, account = 'demo'): Participant => ({
  participantId: ids.participant('default', channel, account, address),
  channel,
  account,
  address,
  displayName: null,
  joinedAt: null,
})

export const groupOf = (...participants: readonly Participant[]): Conversation => ({
  tenant: 'default',
  conversationId: 'c_group',
  kind: 'group',
  title: 'Projeto',
  participants,
  createdAt: nowMs - 5000,
  createdBy: 'key1',
})

export const capabilities: Capabilities = {
  kinds: ['text', 'image', 'document', 'location'],
  text: { max: 4096, unit: 'characters' },
  caption: { max: 1024, unit: 'characters' },
  receipts: ['sent', 'delivered', 'read', 'failed'],
  windowMs: null,
  settlement: null,
}

export interface ScriptedChannels extends Channels {
  /** What was sent, in order. */
  readonly sent: Outbound[]
}

/** Sends answer from a script, in order; then with a plain `sent`. */
export function channelsOf(
  overrides: Partial<Channels> & {
    readonly outcomes?: readonly SendOutcome[]
    readonly can?: Partial<Capabilities>
  } = {},
): ScriptedChannels {
  const { outcomes = [], can, ...channels } = overrides
  const script = [...outcomes]
  const sent: Outbound[] = []
  return {
    sent,
    capabilities: () => ({ ...capabilities, ...can }),
    pace: () => ({
      rates: { account: null, conversation: null, group: null },
      isGroup: (address) => address.startsWith('-'),
    }),
    hasAccount: (_channel, tenant, account) => tenant === 'default' && account === 'demo',
    async send(_channel, _account, outbound) {
      sent.push(outbound)
      return script.shift() ?? { kind: 'sent', providerMessageId: `wamid.${sent.length}` }
    },
    parse: () => [],
    accountOf: (_channel, externalId) =>
      externalId === '1000' ? { id: 'demo', tenant: 'default' } : undefined,
    ...channels,
  }
}

/** The endpoints of a tenant, as the log would tell them. */
export const webhooksOf = (...states: readonly WebhookState[]): Webhooks => ({
  loaded: Promise.resolve(),
  isLoaded: true,
  list: (tenant) => states.filter(({ webhook }) => webhook.tenant === tenant),
  active: (tenant) =>
    states.filter((state) => state.webhook.tenant === tenant && disabledOf(state) === undefined),
  get: (tenant, webhookId) =>
    states.find(({ webhook }) => webhook.tenant === tenant && webhook.webhookId === webhookId),
  reached: async () => {},
})

export function toolsOf(tools: Partial<StageTools> = {}): StageTools {
  return {
    ids,
    content,
    seen: memorySeen(),
    directory: memoryDirectory(),
    people: memoryPeople(memoryDirectory()),
    directoryCaughtUp: async () => {},
    history: memoryHistory(),
    ledger: memoryLedger(),
    channels: channelsOf(),
    inboundMedia: { keep: async (_message, medium) => ({ kind: 'kept', medium }) },
    rateLimits: memoryRateLimits(() => nowMs),
    webhooks: webhooksOf(),
    postWebhook: async () => ({ status: 200, retryAfter: undefined }),
    ...tools,
  }
}
