import type { PartitionQueue } from './partition-queue.ts'
import type { ProducerLink } from './producer-link.ts'

/** A producer as the brokers know it: with it and a number per batch they recognise a repetition. */
export interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** Under whom batches go out. A partition begins at number 0 with each new identity. */
export class Identities {
  readonly #link: ProducerLink
  #present: Promise<Identity> | null = null

  constructor(link: ProducerLink) {
    this.#link = link
  }

  current(): Promise<Identity> {
    if (this.#present === null) {
      const asked = this.#ask()
      this.#present = asked
      asked.catch(() => {
        if (this.#present === asked) this.#present = null
      })
    }
    return this.#present
  }

  /** The brokers do not know the present one any more. */
  renewed(): Promise<Identity> {
    this.#present = null
    return this.current()
  }

  /** One under which all of these partitions may go on. */
  async unspent(queues: readonly PartitionQueue[]): Promise<Identity> {
    const identity = await this.current()
    return queues.some((queue) => queue.hasSpent(identity)) ? this.renewed() : identity
  }

  async #ask(): Promise<Identity> {
    const { producerId, producerEpoch } = await this.#link.askAny((node) =>
      node.initProducerId({ transactionTimeout: 60_000 }),
    )
    return { producerId: BigInt(producerId), producerEpoch }
  }
}
