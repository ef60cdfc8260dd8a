import type { Ids } from '../domain/ids.ts'
import type { Delivery } from '../schemas/types.ts'
import type { History } from '../storage/ports/history.ts'
import { LateCache } from './late-cache.ts'

/** More people than that at once: those not looked at for the longest are looked up again. */
const most = 100_000

interface Known {
  /** Undefined once a platform said no: then the history is asked. */
  readonly wroteMs: number | undefined
  readonly refusedMs: number
}

/**
 * Whom a platform lets one write to: WhatsApp, Messenger and Instagram take free text for 24 hours after the person's last
 * message. It cannot be left to them alone: WhatsApp takes a message after that, and fails it by webhook. So the
 * history says when the person wrote, and it is asked once for as long as the window is open; a refusal all the same
 * closes it until something comes.
 */
export class Windows {
  readonly #history: Pick<History, 'lastInbound'>
  readonly #ids: Pick<Ids, 'conversation' | 'participant'>
  readonly #known = new LateCache<Known>(most)

  constructor(
    history: Pick<History, 'lastInbound'>,
    ids: Pick<Ids, 'conversation' | 'participant'>,
  ) {
    this.#history = history
    this.#ids = ids
  }

  /** @param sinceMs when the attempt began that was refused */
  refuse(delivery: Delivery, sinceMs: number): void {
    this.#known.set(keyOf(delivery), { wroteMs: undefined, refusedMs: sinceMs })
  }

  /** @param windowMs of the channel, for who writes; null where it has none, and only a refusal closes it */
  async isClosed(delivery: Delivery, windowMs: number | null, nowMs: number): Promise<boolean> {
    const key = keyOf(delivery)
    const known = this.#known.get(key)
    const isOpen = (wroteMs: number | undefined) =>
      wroteMs !== undefined && nowMs < wroteMs + (windowMs ?? Number.MAX_SAFE_INTEGER)
    if (known ? isOpen(known.wroteMs) : windowMs === null) return false
    const wroteMs = await this.#lastWrote(delivery)
    const refusedMs = known?.refusedMs ?? 0
    if (wroteMs === undefined || wroteMs < refusedMs || !isOpen(wroteMs)) return true
    this.#known.set(key, { wroteMs, refusedMs })
    return false
  }

  /**
   * Of a group the person themselves has to have written. What falls back to another channel, and who was never heard in the group,
   * is looked for where the address alone would be heard.
   */
  async #lastWrote(delivery: Delivery): Promise<number | undefined> {
    const { tenant, conversationId, participantId, channel, account, address } = delivery
    const here = await this.#history.lastInbound(tenant, conversationId, { participantId, channel })
    if (here !== undefined) return here
    const direct = this.#ids.conversation(tenant, channel, account, address)
    const alone = this.#ids.participant(tenant, channel, account, address)
    if (direct === conversationId && alone === participantId) return undefined
    return this.#history.lastInbound(tenant, direct, { participantId: alone, channel })
  }
}

const keyOf = ({ tenant, conversationId, participantId, channel }: Delivery) =>
  `${tenant}/${conversationId}/${participantId}/${channel}`
