import type { FaultPlan } from './fault-plan.ts'
import type { HubAccess } from './hub-calls.ts'

export const channels = ['whatsapp', 'messenger', 'instagram', 'telegram'] as const
export type ChannelName = (typeof channels)[number]

export function isChannel(name: string): name is ChannelName {
  return (channels as readonly string[]).includes(name)
}

/** A business's account on a platform: what the hub sends with, and where its webhooks go. */
export interface SimulatorAccount {
  readonly channel: ChannelName
  /** Phone number id, page id, Instagram account id or bot id. */
  readonly accountId: string
  readonly token: string
  /** Meta: the app secret that signs webhooks. Telegram: the secret token they carry. */
  readonly secret?: string
  /** Meta's hub.verify_token. */
  readonly verifyToken?: string
  /** Without one, no webhooks are sent (Telegram: until setWebhook). */
  readonly webhookUrl?: string
  /** Instagram through a Facebook page: the page whose id stands in the path. */
  readonly pageId?: string
}

/** Milliseconds, from and to; the seed picks within. */
export type Span = readonly [from: number, to: number]

export interface Latencies {
  /** From a request to its answer. */
  readonly answer: Span
  /** From the answer to `sent`, from there to `delivered`, from there to `read`. */
  readonly sent: Span
  readonly delivered: Span
  readonly read: Span
}

export interface WebhookPace {
  /** How long an event waits for others to share its POST. */
  readonly lingerMs: number
  readonly maxBatch: number
  /** Posts under way at once to one receiver. */
  readonly connections: number
  /** Wait before the second attempt; it doubles up to `retryCapMs`. The platforms' own are far longer. */
  readonly retryBaseMs: number
  readonly retryCapMs: number
  readonly timeoutMs: number
  /** Events that may wait for one receiver; the oldest are dropped beyond, and counted. */
  readonly maxQueued: number
}

export interface SimulatorOptions {
  /** 0 picks a free one. */
  readonly port: number
  /** 127.0.0.1 unless told otherwise. */
  readonly host?: string
  /** Host names by which the control API may be called besides the loopback ones. */
  readonly allowedHosts?: readonly string[]
  /** How the hub reaches the simulator, for links to media; http://127.0.0.1 and the port unless given. */
  readonly publicUrl?: string
  readonly seed?: number | string
  readonly accounts: readonly SimulatorAccount[]
  /** Of phones that appear by themselves. Demo phones are always open. */
  readonly windows?: 'enforced' | 'open'
  /** Whether the person is looking at a phone that appears, so that messages get read. Default true. */
  readonly looking?: boolean
  /** The four demo phones. Default true. */
  readonly demo?: boolean
  readonly latencies?: Partial<Latencies>
  readonly webhooks?: Partial<WebhookPace>
  readonly faults?: Partial<FaultPlan>
  /** `real`: the platforms' published rate limits hold. Default `none`. */
  readonly limits?: 'none' | 'real'
  /** Append-only record of all arrivals, read again at start. */
  readonly file?: string
  /** With it the page of an app of the client's own is served, too. */
  readonly hub?: HubAccess
  /** Messages kept in memory, per phone and in all. The file keeps everything. */
  readonly keep?: { readonly perPhone: number; readonly all: number }
  /** Milliseconds since 1970 UTC. */
  readonly nowMs?: () => number
}

export interface Settings {
  readonly host: string
  readonly allowedHosts: readonly string[]
  readonly publicUrl: string | null
  readonly seed: string
  readonly accounts: readonly SimulatorAccount[]
  readonly windows: 'enforced' | 'open'
  readonly looking: boolean
  readonly demo: boolean
  readonly latencies: Latencies
  readonly webhooks: WebhookPace
  readonly limits: 'none' | 'real'
  readonly file: string | null
  readonly hub: HubAccess | null
  readonly keep: { readonly perPhone: number; readonly all: number }
  readonly nowMs: () => number
}

/** The options with every default filled in. Throws a RangeError that names the option which is wrong. */
export function settingsOf(options: SimulatorOptions): Settings {
  const latencies: Latencies = {
    answer: [0, 0],
    sent: [20, 100],
    delivered: [80, 400],
    read: [700, 1800],
    ...options.latencies,
  }
  for (const [name, [from, to]] of Object.entries(latencies) as [string, Span][]) {
    if (!(from >= 0 && to >= from)) throw new RangeError(`latencies.${name} must be [from, to]`)
  }
  const names = options.accounts.map(({ channel, accountId }) => `${channel} ${accountId}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new RangeError(`accounts: ${twice} is there twice`)

  return {
    host: options.host ?? '127.0.0.1',
    allowedHosts: options.allowedHosts ?? [],
    publicUrl: options.publicUrl ?? null,
    seed: String(options.seed ?? 1),
    accounts: options.accounts,
    windows: options.windows ?? 'enforced',
    looking: options.looking ?? true,
    demo: options.demo ?? true,
    latencies,
    webhooks: {
      lingerMs: 5,
      maxBatch: 100,
      connections: 4,
      retryBaseMs: 100,
      retryCapMs: 2000,
      timeoutMs: 20_000,
      maxQueued: 500_000,
      ...options.webhooks,
    },
    limits: options.limits ?? 'none',
    file: options.file ?? null,
    hub: options.hub ?? null,
    keep: options.keep ?? { perPhone: 2000, all: 200_000 },
    nowMs: options.nowMs ?? Date.now,
  }
}
