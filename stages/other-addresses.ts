import type { Ids } from '../domain/ids.ts'
import type { Alias, Delivery } from '../schemas/types.ts'
import { aliasOf } from './alias-of.ts'
import { LateCache } from './late-cache.ts'

/** An alias is told again after this long, milliseconds: the first telling may have died with its batch. */
const tellAgainMs = 3_600_000
const max = 10_000

/**
 * Other addresses of the people we send to, as platforms tell them with their answers: the spelling they use
 * themselves (WhatsApp and Brazil's ninth digit), or where a chat has moved to (a Telegram supergroup). A memory of
 * this process only: what is forgotten costs one call that is refused, and is told anew.
 */
export class OtherAddresses {
  readonly #ids: Ids
  /** Where to send, by the address that the directory has. */
  readonly #moved = new LateCache<string>(max)
  /** Deliveries that followed a move. */
  readonly #followed = new LateCache<true>(max)
  /** By delivery: heard and not told yet. */
  readonly #heard = new LateCache<string>(max)
  readonly #toldAt = new LateCache<number>(max)

  constructor(ids: Ids) {
    this.#ids = ids
  }

  addressFor(delivery: Delivery): string {
    // Chats that move are rare; the question is asked for every delivery.
    const moved = this.#moved.size > 0 ? this.#moved.get(placeOf(delivery)) : undefined
    return moved ?? delivery.address
  }

  /** The platform knows the person by this address, too. */
  hear({ deliveryId, address }: Delivery, other: string): void {
    if (other !== address) this.#heard.set(deliveryId, other)
  }

  /** The chat is elsewhere now. False for a delivery that was sent after it once already. */
  follow(delivery: Delivery, to: string): boolean {
    if (this.#followed.has(delivery.deliveryId)) return false
    this.#followed.set(delivery.deliveryId, true)
    this.#moved.set(placeOf(delivery), to)
    this.hear(delivery, to)
    return true
  }

  /** What was heard with this delivery and was not told lately, with its key. */
  take(
    delivery: Delivery,
    nowMs: number,
  ): readonly { readonly key: string; readonly value: Alias }[] {
    if (this.#heard.size === 0) return []
    const { deliveryId, tenant, channel, account, participantId } = delivery
    const address = this.#heard.get(deliveryId)
    if (address === undefined) return []
    this.#heard.delete(deliveryId)
    const told = `${placeOf(delivery)}\0${address}`
    if (nowMs - (this.#toldAt.get(told) ?? Number.NEGATIVE_INFINITY) < tellAgainMs) return []
    this.#toldAt.set(told, nowMs)
    const conversationId = this.#ids.conversation(tenant, channel, account, delivery.address)
    const other = { tenant, channel, account, address }
    return [aliasOf(this.#ids, other, { conversationId, participantId }, nowMs)]
  }
}

const placeOf = ({ tenant, account, address }: Delivery): string =>
  `${tenant}\0${account}\0${address}`
