import { LRUCache } from 'lru-cache'
import type { Delivery } from '../schemas/types.ts'
import type { History } from '../storage/ports/history.ts'

/** More people than that at once: those not looked at for the longest are asked of the platform again. */
const most = 100_000

/**
 * People whom a platform lets nobody write to until they write themselves (WhatsApp, Messenger, Instagram: 24 hours after
 * their last message). It is the platform that says so, by refusing; here it is remembered, so that it is not asked
 * again until something has come. Nothing here must survive: who is forgotten is asked of the platform once more.
 */
export class ClosedWindows {
  readonly #history: Pick<History, 'lastInbound'>
  readonly #closedSinceMs = new LRUCache<string, number>({ max: most })

  constructor(history: Pick<History, 'lastInbound'>) {
    this.#history = history
  }

  /** @param sinceMs when the attempt began that was refused */
  close(delivery: Delivery, sinceMs: number): void {
    this.#closedSinceMs.set(keyOf(delivery), sinceMs)
  }

  /** True for the few whose history is worth a look. */
  mayBeClosed(delivery: Delivery): boolean {
    return this.#closedSinceMs.has(keyOf(delivery))
  }

  /** Whether nothing has come from the person since. */
  async isClosed(delivery: Delivery): Promise<boolean> {
    const sinceMs = this.#closedSinceMs.get(keyOf(delivery))
    if (sinceMs === undefined) return false
    const { tenant, conversationId } = delivery
    const wroteMs = await this.#history.lastInbound(tenant, conversationId)
    if (wroteMs === undefined || wroteMs < sinceMs) return true
    this.#closedSinceMs.delete(keyOf(delivery))
    return false
  }
}

const keyOf = ({ tenant, conversationId, participantId }: Delivery) =>
  `${tenant}/${conversationId}/${participantId}`
