import { arrivalKey } from '../chaos/arrivals.ts'
import { audit, type Evidence } from '../chaos/auditor.ts'
import { replyTo } from '../chaos/replies.ts'

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
  /** The longest time without a 202, milliseconds. */
  readonly longestSilenceMs: number
  readonly repeated: Readonly<Record<string, number>>
}

export interface Times {
  /** By messageId. */
  readonly firstAskedMs: ReadonlyMap<string, number>
  readonly acceptedMs: ReadonlyMap<string, number>
  /** By arrivalKey. */
  readonly arrivedMs: ReadonlyMap<string, number>
}

/** Holds the messages of one phase against what reached their phones. */
export function phaseOutcome(phase: Phase, evidence: Evidence, times: Times): PhaseOutcome {
  const isOfPhase = (messageId: string) => {
    const askedMs = times.firstAskedMs.get(messageId) ?? -1
    return askedMs >= phase.fromMs && askedMs < phase.toMs
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
  const tooks: number[] = []
  for (const { phones, messages } of conversations) {
    for (const { messageId, marker } of messages) {
      if (!accepted.has(messageId)) continue
      for (const { channel, address, gone } of phones) {
        const arrivedMs = times.arrivedMs.get(arrivalKey(marker, `${channel}:${address}`))
        if (gone || arrivedMs === undefined) continue
        tooks.push(arrivedMs - (times.firstAskedMs.get(messageId) ?? arrivedMs))
      }
    }
  }
  tooks.sort((a, b) => a - b)
  return {
    name: phase.name,
    seconds: (phase.toMs - phase.fromMs) / 1_000,
    accepted: accepted.size,
    arrived: verdict.arrived,
    lost: verdict.lost,
    inversions: verdict.inversions,
    explainedCopies: verdict.explainedCopies,
    unexplainedCopies: verdict.unexplainedCopies,
    medianMs: tooks[tooks.length >> 1] ?? 0,
    slowestMs: tooks.at(-1) ?? 0,
    longestSilenceMs: longestSilence(phase, times.acceptedMs),
    repeated: phase.repeated,
  }
}

function longestSilence({ fromMs, toMs }: Phase, acceptedMs: ReadonlyMap<string, number>): number {
  const inside = [...acceptedMs.values()].filter((ms) => ms >= fromMs && ms < toMs)
  const marks = [fromMs, ...inside.sort((a, b) => a - b), toMs]
  return Math.max(...marks.slice(1).map((ms, nth) => ms - (marks[nth] ?? ms)))
}
