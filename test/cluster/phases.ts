import { arrivalKey } from '../chaos/arrivals.ts'
import { audit, type Evidence } from '../chaos/auditor.ts'
import type { PlannedConversation } from '../chaos/plan.ts'
import { replyTo } from '../chaos/replies.ts'
import { quickMs } from './quick-ms.ts'

/** What was done to the hub, and when; times by `performance.now()`. */
export interface Phase {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
  /** Requests that had to be made again meanwhile, by cause. */
  readonly repeated: Readonly<Record<string, number>>
}

/** What became of the messages that were first sent in one phase. */
export interface PhaseOutcome {
  readonly name: string
  readonly seconds: number
  readonly accepted: number
  readonly arrived: number
  readonly lost: number
  readonly inversions: number
  readonly explainedCopies: number
  readonly unexplainedCopies: number
  /** From the first request to the first phone's last: the median, and the slowest. Milliseconds. */
  readonly medianMs: number
  readonly slowestMs: number
  /** What took longest, the slowest first: where to look for the reason. */
  readonly slowest: readonly SlowMessage[]
  /** The longest time without a 202, milliseconds. */
  readonly longestSilenceMs: number
  readonly repeated: Readonly<Record<string, number>>
}

/** A message on its way to one phone. Times since 1970, milliseconds, as the log's records have them. */
export interface SlowMessage {
  readonly messageId: string
  readonly phone: string
  readonly askedMs: number
  readonly acceptedMs: number
  readonly arrivedMs: number
}

export interface Times {
  /** By messageId. */
  readonly firstAskedMs: ReadonlyMap<string, number>
  readonly acceptedMs: ReadonlyMap<string, number>
  /** By arrivalKey. */
  readonly arrivedMs: ReadonlyMap<string, number>
}

const shownSlowest = 20

/**
 * Holds the messages of one phase against what reached their phones: those that were first sent meanwhile, and those
 * that were still on their way when it began. All was quick again by then, so whatever keeps these is done now.
 */
export function phaseOutcome(phase: Phase, evidence: Evidence, times: Times): PhaseOutcome {
  const ends = endsOf(evidence.conversations, times)
  const isOfPhase = (messageId: string) => {
    const askedMs = times.firstAskedMs.get(messageId) ?? -1
    const isUnderWay = (atMs: number) =>
      askedMs < atMs && askedMs >= atMs - quickMs && (ends.get(messageId) ?? Infinity) > atMs
    const isSent = askedMs >= phase.fromMs && askedMs < phase.toMs
    return (isSent && !isUnderWay(phase.toMs)) || isUnderWay(phase.fromMs)
  }
  const conversations = evidence.conversations.map((conversation) => ({
    ...conversation,
    messages: conversation.messages.filter(({ messageId }) => isOfPhase(messageId)),
  }))
  const accepted = new Set([...evidence.accepted].filter(isOfPhase))
  // What a phone wrote belongs to the message it answers.
  const answers = new Set(
    conversations.flatMap(({ messages }) => messages.map(({ marker }) => replyTo(marker))),
  )
  const written = evidence.written.filter((text) => answers.has(text))
  const verdict = audit({ ...evidence, conversations, accepted, written })
  const ways: SlowMessage[] = []
  for (const { phones, messages } of conversations) {
    for (const { messageId, marker } of messages) {
      if (!accepted.has(messageId)) continue
      for (const { channel, address, gone } of phones) {
        const arrivedMs = times.arrivedMs.get(arrivalKey(marker, `${channel}:${address}`))
        if (gone || arrivedMs === undefined) continue
        const askedMs = times.firstAskedMs.get(messageId) ?? arrivedMs
        const acceptedMs = times.acceptedMs.get(messageId) ?? arrivedMs
        ways.push({ messageId, phone: `${channel}:${address}`, askedMs, acceptedMs, arrivedMs })
      }
    }
  }
  const tookMs = (way: SlowMessage) => way.arrivedMs - way.askedMs
  ways.sort((a, b) => tookMs(b) - tookMs(a))
  const [slowest] = ways
  const middle = ways[ways.length >> 1]
  return {
    name: phase.name,
    seconds: (phase.toMs - phase.fromMs) / 1_000,
    accepted: accepted.size,
    arrived: verdict.arrived,
    lost: verdict.lost,
    inversions: verdict.inversions,
    explainedCopies: verdict.explainedCopies,
    unexplainedCopies: verdict.unexplainedCopies,
    medianMs: middle ? tookMs(middle) : 0,
    slowestMs: slowest ? tookMs(slowest) : 0,
    slowest: ways.slice(0, shownSlowest).map((way) => ({
      ...way,
      askedMs: sinceEpoch(way.askedMs),
      acceptedMs: sinceEpoch(way.acceptedMs),
      arrivedMs: sinceEpoch(way.arrivedMs),
    })),
    longestSilenceMs: longestSilence(phase, times.acceptedMs),
    repeated: phase.repeated,
  }
}

/** When each message had reached all of its phones; those that have not are absent. */
function endsOf(conversations: readonly PlannedConversation[], { arrivedMs }: Times) {
  const ends = new Map<string, number>()
  for (const { phones, messages } of conversations) {
    const there = phones.filter(({ gone }) => !gone)
    for (const { messageId, marker } of messages) {
      const arrivals = there.map(({ channel, address }) =>
        arrivedMs.get(arrivalKey(marker, `${channel}:${address}`)),
      )
      const [first, ...others] = arrivals.filter((ms) => ms !== undefined)
      if (first !== undefined && others.length === there.length - 1) {
        ends.set(messageId, Math.max(first, ...others))
      }
    }
  }
  return ends
}

const sinceEpoch = (ms: number) => Math.round(performance.timeOrigin + ms)

function longestSilence({ fromMs, toMs }: Phase, acceptedMs: ReadonlyMap<string, number>): number {
  const inside = [...acceptedMs.values()].filter((ms) => ms >= fromMs && ms < toMs)
  const marks = [fromMs, ...inside.sort((a, b) => a - b), toMs]
  return Math.max(...marks.slice(1).map((ms, nth) => ms - (marks[nth] ?? ms)))
}
