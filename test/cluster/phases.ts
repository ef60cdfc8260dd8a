import { audit, type Evidence } from '../chaos/auditor.ts'
import { replyTo } from '../chaos/replies.ts'
import type { Fact } from './facts-of.ts'
import { ofPhase } from './of-phase.ts'
import { type Times, type Way, waysOf } from './ways.ts'

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
export interface SlowMessage extends Omit<Way, 'tookMs'> {
  /** What the hub says of it, where it was asked. */
  readonly facts: readonly Fact[]
}

const shownSlowest = 20

/** Holds the messages of one phase (`ofPhase`) against what reached their phones. */
export function phaseOutcome(
  phase: Phase,
  evidence: Evidence,
  times: Times,
  /** By messageId. */
  facts: ReadonlyMap<string, readonly Fact[]>,
): PhaseOutcome {
  const isOfPhase = ofPhase(phase, evidence.conversations, times)
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
  const ways = waysOf(conversations, accepted, times)
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
    medianMs: middle?.tookMs ?? 0,
    slowestMs: slowest?.tookMs ?? 0,
    slowest: ways
      .slice(0, shownSlowest)
      .map(({ messageId, phone, askedMs, acceptedMs, arrivedMs }) => ({
        messageId,
        phone,
        askedMs: askedMs.map(sinceEpoch),
        acceptedMs: sinceEpoch(acceptedMs),
        arrivedMs: sinceEpoch(arrivedMs),
        facts: facts.get(messageId) ?? [],
      })),
    longestSilenceMs: longestSilence(phase, times.acceptedMs),
    repeated: phase.repeated,
  }
}

const sinceEpoch = (ms: number) => Math.round(performance.timeOrigin + ms)

function longestSilence({ fromMs, toMs }: Phase, acceptedMs: ReadonlyMap<string, number>): number {
  const inside = [...acceptedMs.values()].filter((ms) => ms >= fromMs && ms < toMs)
  const marks = [fromMs, ...inside.sort((a, b) => a - b), toMs]
  return Math.max(...marks.slice(1).map((ms, nth) => ms - (marks[nth] ?? ms)))
}
