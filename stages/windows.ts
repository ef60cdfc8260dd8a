import { LRUCache } from 'lru-cache'
import type { Delivery } from '../schemas/types.ts'
import type { History } from '../storage/ports/history.ts'

/** More people than that at once: those not looked at for the longest are looked up again. */
const most = 100_000

/**
 * Whom a platform lets one write to: WhatsApp, Messenger and Instagram take free text for 24 hours after the person's last
 * message. It cannot be left to them alone: WhatsApp takes a message after that, and fails it by webhook. So the
 * history says when the person wrote, and it is asked once for as long as the window is open; a refusal all the same
 * closes it until something comes.
 */
export class Windows {
  readonly #history: Pick<History, 'lastInbound'>
  readonly #known = new LRUCache<string, { readonly untilMs: number; readonly refusedMs: number }>({
    max: most,
  })

  constructor(history: Pick<History, 'lastInbound'>) {
    this.#history = history
  }

  /** @param sinceMs when the attempt began that was refused */
  refuse(delivery: Delivery, sinceMs: number): void {
    this.#known.set(keyOf(delivery), { untilMs: 0, refusedMs: sinceMs })
  }

  /** @param windowMs of the channel; null where it has none, and only a refusal closes it */
  async isClosed(delivery: Delivery, windowMs: number | null, nowMs: number): Promise<boolean> {
    const key = keyOf(delivery)
    const known = this.#known.get(key)
    if (known ? nowMs < known.untilMs : windowMs === null) return false
    const { tenant, conversationId } = delivery
    const wroteMs = await this.#history.lastInbound(tenant, conversationId)
    const refusedMs = known?.refusedMs ?? 0
    const untilMs = wroteMs === undefined ? 0 : wroteMs + (windowMs ?? Number.MAX_SAFE_INTEGER)
    if (wroteMs === undefined || wroteMs < refusedMs || untilMs <= nowMs) return true
    this.#known.set(key, { untilMs, refusedMs })
    return false
  }
}

const keyOf = ({ tenant, conversationId, participantId }: Delivery) =>
  `${tenant}/${conversationId}/${participantId}`
