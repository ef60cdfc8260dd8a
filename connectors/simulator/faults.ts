import { closest } from 'fastest-levenshtein'
import type { Content } from '../../domain/content.ts'
import { chance, hashOf } from './chance.ts'
import { type InboundFault, inboundFaults } from './inbound-faults.ts'
import type { ChannelName } from './settings.ts'

/** What can go wrong with a request. At most one of them happens to each attempt. */
export const requestFaults = [
  /** 429 that says when to come back, and one that does not. */
  'throttle-with-hint',
  'throttle-without-hint',
  /** Too fast for this one person only (WhatsApp 131056; Telegram says the same as for a bot). */
  'throttle-conversation',
  'server-error',
  'token-expired',
  /** Graph: the version in the path is over. Telegram has no versions, and answers with an error of its own. */
  'version-expired',
  /** Telegram: the group has become a supergroup, under another id. Meta has no such thing, and answers with an error of its own. */
  'chat-migrated',
  /** The connection ends before the request is taken: certainly not accepted, and the client cannot know. */
  'reset-before-accept',
  /** Taken, shown on the phone, and never answered. */
  'timeout-after-accept',
  'reset-after-accept',
  /** Taken, and the 200 carries no JSON. */
  'unreadable-answer',
  /** Taken, and answered late. */
  'slow',
] as const

/** By script only, and only where the platform keeps a window. */
const windowFaults = {
  /** The window has closed on the way: the request is treated as one outside of it. */
  'window-closes': { channels: ['whatsapp', 'messenger', 'instagram'] },
} as const

export type RequestFault = (typeof requestFaults)[number] | keyof typeof windowFaults

/** What can go wrong with what the platform tells afterwards. Several may happen to one message. */
export const webhookFaults = [
  'duplicate-webhook',
  /** The first receipt of a message, or a person's answer, comes later than its turn. */
  'reordered-webhooks',
  /** The event comes first in a POST with a forged signature, then in a good one. */
  'bad-signature',
  'delivered-and-failed',
  'read-without-delivered',
  /** Messenger: a delivery event with its watermark only. */
  'delivery-without-mids',
] as const
export type WebhookFault = (typeof webhookFaults)[number]

/** What can go wrong with a file that a person sent. By script only. */
export const mediaFaults = [
  /** The link to it has ended by the time it is given: WhatsApp gives another when asked, Messenger and Instagram none. */
  'media-link-ended',
] as const
export type MediaFault = (typeof mediaFaults)[number]

/** What befalls an event on its way to the hub. */
export type Mark = WebhookFault | InboundFault

export type Fault = RequestFault | Mark | MediaFault

const reaches: ReadonlyMap<string, { readonly channels: readonly ChannelName[] }> = new Map(
  Object.entries({ ...windowFaults, ...inboundFaults }),
)
const drawn: readonly string[] = [...requestFaults, ...webhookFaults]
const names: readonly string[] = [...drawn, ...mediaFaults, ...reaches.keys()]

export const isFault = (name: string): name is Fault => names.includes(name)

/** One scripted fault. */
export interface FaultRule {
  readonly fault: Fault
  readonly channel?: ChannelName
  readonly address?: string
  /** Which of the requests that the rule matches; 1 (the default) is the next one. */
  readonly nth?: number
  /** How many in a row from there. Default 1. */
  readonly times?: number
}

export interface FaultPlan {
  /** Share of attempts, 0 to 1. The sum of the request faults' rates is at most 1. */
  readonly rates: Readonly<Partial<Record<Fault, number>>>
  readonly script: readonly FaultRule[]
  /** Seconds that a throttle's hint names. */
  readonly hintSeconds: number
  readonly slowMs: number
  /** After which a `timeout-after-accept` is cut. */
  readonly hangMs: number
  /** How much later than its turn a reordered webhook comes. */
  readonly reorderMs: number
  /** How long a `mixed-batch` waits for another account at most, and an `overtaken-by-tap` for the tap. */
  readonly holdMs: number
}

/** What was decided for one attempt. */
export interface Verdict {
  /** Seeded decisions about this attempt hang on it: request key and attempt. */
  readonly key: string
  readonly request: RequestFault | null
  readonly webhook: ReadonlySet<WebhookFault>
}

export interface Faults {
  plan: FaultPlan
  /** How often each fault has happened. */
  readonly counts: Readonly<Record<string, number>>
  /**
   * Decides about one attempt. The same content to the same person is the same request; its attempts
   * are counted, so that a second try may fare better, in whatever order requests arrive.
   */
  decide(channel: ChannelName, address: string, content: string): Verdict
  /** For what the person does, where there is no request. */
  decideInbound(channel: ChannelName, address: string, content: Content): ReadonlySet<Mark>
  /** Whether the link to a file that is given now has ended. The address is that of who sent it, where the platform knows. */
  endsLink(channel: ChannelName, address: string): boolean
  /** A number in [0, 1) of this run's seed. */
  chance(key: string): number
}

const none: ReadonlySet<WebhookFault> = new Set()

export function faults(seedText: string, given: Partial<FaultPlan> = {}): Faults {
  const seed = hashOf(seedText)
  const counts: Record<string, number> = {}
  let plan = complete(given)
  let seenByRule = plan.script.map(() => 0)
  // Two generations bound the memory: a request that is not tried again for 100,000 others starts anew.
  let young = new Map<number, number>()
  let old = new Map<number, number>()

  function attemptOf(request: string): number {
    const id = hashOf(request)
    const attempt = (young.get(id) ?? old.get(id) ?? 0) + 1
    young.set(id, attempt)
    if (young.size > 100_000) {
      old = young
      young = new Map()
    }
    return attempt
  }

  function scripted(channel: ChannelName, address: string, wanted: readonly string[]): Fault[] {
    const found: Fault[] = []
    for (const [index, rule] of plan.script.entries()) {
      if (rule.channel !== undefined && rule.channel !== channel) continue
      if (rule.address !== undefined && rule.address !== address) continue
      if (!wanted.includes(rule.fault)) continue
      if (reaches.get(rule.fault)?.channels.includes(channel) === false) continue
      const seen = (seenByRule[index] ?? 0) + 1
      seenByRule[index] = seen
      const first = rule.nth ?? 1
      if (seen >= first && seen < first + (rule.times ?? 1)) found.push(rule.fault)
    }
    return found
  }

  function requestFaultOf(key: string): RequestFault | null {
    let left = chance(seed, `request ${key}`)
    for (const fault of requestFaults) {
      left -= plan.rates[fault] ?? 0
      if (left < 0) return fault
    }
    return null
  }

  function webhookFaultsOf(key: string, found: readonly Fault[]): ReadonlySet<WebhookFault> {
    let befallen: Set<WebhookFault> | undefined
    for (const fault of webhookFaults) {
      const rate = plan.rates[fault] ?? 0
      const hit = found.includes(fault) || (rate > 0 && chance(seed, `${fault} ${key}`) < rate)
      if (!hit) continue
      befallen ??= new Set()
      befallen.add(fault)
      counts[fault] = (counts[fault] ?? 0) + 1
    }
    return befallen ?? none
  }

  return {
    get plan() {
      return plan
    },
    set plan(next) {
      plan = complete(next)
      seenByRule = plan.script.map(() => 0)
    },
    counts,
    decide(channel, address, content) {
      const request = `${channel} ${address} ${content}`
      const key = `${hashOf(request).toString(36)}.${attemptOf(request)}`
      const found =
        plan.script.length === 0
          ? []
          : scripted(channel, address, [...drawn, ...Object.keys(windowFaults)])
      const chosen =
        requestFaults.find((fault) => found.includes(fault)) ??
        found.find((fault) => fault === 'window-closes') ??
        requestFaultOf(key)
      if (chosen) counts[chosen] = (counts[chosen] ?? 0) + 1
      return { key, request: chosen, webhook: webhookFaultsOf(key, found) }
    },
    decideInbound(channel, address, content) {
      const request = `answer ${channel} ${address} ${JSON.stringify(content)}`
      const key = `${hashOf(request).toString(36)}.${attemptOf(request)}`
      const befalling = inboundNames.filter((fault) => befalls(fault, content))
      const found = scripted(channel, address, [...webhookFaults, ...befalling])
      const inbound = befalling.filter((fault) => found.includes(fault))
      for (const fault of inbound) counts[fault] = (counts[fault] ?? 0) + 1
      return new Set<Mark>([...webhookFaultsOf(key, found), ...inbound])
    },
    endsLink(channel, address) {
      const [found] = scripted(channel, address, mediaFaults)
      if (found) counts[found] = (counts[found] ?? 0) + 1
      return found !== undefined
    },
    chance: (key) => chance(seed, key),
  }
}

const inboundNames = Object.keys(inboundFaults) as readonly InboundFault[]

function befalls(fault: InboundFault, { type }: Content): boolean {
  const { kinds, not } = inboundFaults[fault]
  return type !== not && (kinds?.includes(type) ?? true)
}

function complete(given: Partial<FaultPlan>): FaultPlan {
  const rates = given.rates ?? {}
  let sum = 0
  for (const [name, rate] of Object.entries(rates)) {
    if (!isFault(name)) throw new RangeError(`faults.rates: ${noFault(name)}`)
    if (!drawn.includes(name)) {
      throw new RangeError(
        `faults.rates: '${name}' happens by script only: name it in faults.script`,
      )
    }
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`faults.rates.${name} must be 0 to 1`)
    if ((requestFaults as readonly string[]).includes(name)) sum += rate
  }
  if (sum > 1 + 1e-9) throw new RangeError('faults.rates: the request faults add up to over 1')
  const script = given.script ?? []
  for (const { fault, channel, nth = 1, times = 1 } of script) {
    if (!isFault(fault)) throw new RangeError(`faults.script: ${noFault(String(fault))}`)
    const { channels } = reaches.get(fault) ?? {}
    if (channel && channels?.includes(channel) === false) {
      const where = channels.join(', ')
      throw new RangeError(`faults.script: '${fault}' happens on ${where}, and not on '${channel}'`)
    }
    if (!(nth >= 1 && times >= 1)) throw new RangeError('faults.script: nth and times start at 1')
  }
  return {
    rates,
    script,
    hintSeconds: given.hintSeconds ?? 1,
    slowMs: given.slowMs ?? 1500,
    hangMs: given.hangMs ?? 30_000,
    reorderMs: given.reorderMs ?? 60,
    holdMs: given.holdMs ?? 30_000,
  }
}

const noFault = (name: string) => `'${name}' is no fault; did you mean '${closest(name, names)}'?`
