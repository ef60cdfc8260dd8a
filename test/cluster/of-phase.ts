import { arrivalKey } from '../chaos/arrivals.ts'
import type { PlannedConversation } from '../chaos/plan.ts'
import { quickMs } from './quick-ms.ts'
import type { Times } from './ways.ts'

/**
 * Whether a message is of the time between two moments: first sent meanwhile, or still on its way when it began. All
 * was quick again by then, so whatever keeps these is done now.
 */
export function ofPhase(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  conversations: readonly PlannedConversation[],
  times: Times,
): (messageId: string) => boolean {
  const ends = endsOf(conversations, times)
  return (messageId) => {
    const askedMs = times.askedMs.get(messageId)?.[0] ?? -1
    const isUnderWay = (atMs: number) =>
      askedMs < atMs && askedMs >= atMs - quickMs && (ends.get(messageId) ?? Infinity) > atMs
    const isSent = askedMs >= fromMs && askedMs < toMs
    return (isSent && !isUnderWay(toMs)) || isUnderWay(fromMs)
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
