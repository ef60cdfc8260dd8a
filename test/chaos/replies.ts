import type { PlannedConversation } from './plan.ts'

const reply = /^reply to c(\d+)m\d+$/

export const replyTo = (marker: string): string => `reply to ${marker}`

/** What one of a group wrote, out of what another one is shown: the writer's name stands before it where the hub knows one. */
export const replyIn = (shown: string): string | undefined =>
  /^(?:[^:\n]+: )?(reply to c\d+m\d+)$/.exec(shown)?.[1]

/** What the first of a group wrote reaches the others of it, and what one wrote who is alone with us reaches nobody. */
export function* repliesDue(
  conversations: readonly PlannedConversation[],
  written: readonly string[],
): Iterable<{ readonly text: string; readonly phone: string }> {
  const byIndex = new Map(conversations.map((each) => [each.index, each]))
  for (const text of written) {
    const index = reply.exec(text)?.[1]
    const others = index === undefined ? [] : (byIndex.get(Number(index))?.phones.slice(1) ?? [])
    for (const { channel, address, gone } of others) {
      if (!gone) yield { text, phone: `${channel}:${address}` }
    }
  }
}
