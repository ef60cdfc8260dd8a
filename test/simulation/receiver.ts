import type { WebhookAnswer } from '../../domain/webhooks/webhook-verdict.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Chance } from './chance.ts'

/** A client's endpoint: slow, refusing, down for a while; what it answered 200 to it has. */
export class Receiver {
  /** How often each was taken, by `webhook-id`. */
  readonly taken = new Map<string, number>()
  /** How many of its answers are failures, and of those how many hide that it has taken the event. */
  failing = 0.3
  readonly #clock: Clock
  readonly #chance: Chance

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock
    this.#chance = chance
  }

  async answer(headers: Readonly<Record<string, string>>): Promise<WebhookAnswer> {
    await this.#clock.sleep(this.#chance.between(1, 200))
    const draw = this.#chance.next()
    if (draw < this.failing / 3) return { status: 500, retryAfter: undefined }
    if (draw < this.failing / 2) return { status: 503, retryAfter: '2' }
    const id = headers['webhook-id'] ?? ''
    this.taken.set(id, (this.taken.get(id) ?? 0) + 1)
    // It has it, and its answer is lost: it will come again.
    if (draw < this.failing) return { status: null, detail: 'No answer.' }
    return { status: 200, retryAfter: undefined }
  }
}
