import type { Content } from '../../domain/content.ts'
import { chance, hashOf } from './chance.ts'
import {
  drawnFaults,
  type Fault,
  type Mark,
  mediaFaults,
  type RequestFault,
  reaches,
  requestFaults,
  type WebhookFault,
  webhookFaults,
  windowFaults,
} from './fault-names.ts'
import { completePlan, type FaultPlan } from './fault-plan.ts'
import { type InboundFault, inboundFaults } from './inbound-faults.ts'
import type { ChannelName } from './settings.ts'

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
  let plan = completePlan(given)
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
      plan = completePlan(next)
      seenByRule = plan.script.map(() => 0)
    },
    counts,
    decide(channel, address, content) {
      const request = `${channel} ${address} ${content}`
      const key = `${hashOf(request).toString(36)}.${attemptOf(request)}`
      const found =
        plan.script.length === 0
          ? []
          : scripted(channel, address, [...drawnFaults, ...Object.keys(windowFaults)])
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
