import type { Message } from '../../../schemas/types.ts'
import { type Activity, conversationActivity } from './conversation-activity.ts'

/** Conversations; an entry is of use for as long as the slack. */
const half = 50_000

/**
 * What this process has noted of conversations' activity, so that a lively one costs no look-up either. Only near what
 * was noted it is trusted: an older message may be one of a log that fills new tables.
 */
export class NotedActivity {
  #recent = new Map<string, number>()
  #before = new Map<string, number>()

  /** The last of each conversation, without those that are noted already. */
  fresh(messages: readonly Message[]): readonly Activity[] {
    const latest = new Map<string, Activity>()
    // Not by an iterator, which makes an object for each.
    messages.forEach(({ tenant, conversationId, acceptedAt: at }) => {
      const key = keyOf({ tenant, conversationId })
      const noted = this.#recent.get(key) ?? this.#before.get(key)
      if (noted !== undefined && Math.abs(at - noted) < conversationActivity.slackMs) return
      if ((latest.get(key)?.at ?? -1) < at) latest.set(key, { tenant, conversationId, at })
    })
    return [...latest.values()]
  }

  /** After they were committed. */
  note(activities: readonly Activity[]): void {
    for (const activity of activities) this.#recent.set(keyOf(activity), activity.at)
    if (this.#recent.size < half) return
    this.#before = this.#recent
    this.#recent = new Map()
  }

  forget(): void {
    this.#recent.clear()
    this.#before.clear()
  }
}

const keyOf = ({ tenant, conversationId }: Pick<Activity, 'tenant' | 'conversationId'>): string =>
  `${tenant}\0${conversationId}`
