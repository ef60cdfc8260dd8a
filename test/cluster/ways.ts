import { arrivalKey } from '../chaos/arrivals.ts'
import type { PlannedConversation } from '../chaos/plan.ts'

/** When what happened, by `performance.now()`. */
export interface Times {
  /** By messageId: of each request that it was in, the first one first. */
  readonly askedMs: ReadonlyMap<string, readonly number[]>
  readonly acceptedMs: ReadonlyMap<string, number>
  /** By arrivalKey. */
  readonly arrivedMs: ReadonlyMap<string, number>
}

/** A message on its way to one phone. Times by `performance.now()`. */
export interface Way {
  readonly messageId: string
  readonly phone: string
  /** Of each request, the first one first: more than one where there was no answer. */
  readonly askedMs: readonly number[]
  readonly acceptedMs: number
  readonly arrivedMs: number
  readonly tookMs: number
}

/** The ways of accepted messages to phones that they reached, the slowest first. */
export function waysOf(
  conversations: readonly PlannedConversation[],
  accepted: { has(messageId: string): boolean },
  times: Times,
): readonly Way[] {
  const ways: Way[] = []
  for (const { phones, messages } of conversations) {
    for (const { messageId, marker } of messages) {
      if (!accepted.has(messageId)) continue
      for (const { channel, address, gone } of phones) {
        const phone = `${channel}:${address}`
        const arrivedMs = times.arrivedMs.get(arrivalKey(marker, phone))
        if (gone || arrivedMs === undefined) continue
        const askedMs = times.askedMs.get(messageId) ?? []
        const acceptedMs = times.acceptedMs.get(messageId) ?? arrivedMs
        const tookMs = arrivedMs - (askedMs[0] ?? arrivedMs)
        ways.push({ messageId, phone, askedMs, acceptedMs, arrivedMs, tookMs })
      }
    }
  }
  return ways.sort((a, b) => b.tookMs - a.tookMs)
}
