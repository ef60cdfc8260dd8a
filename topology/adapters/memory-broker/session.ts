import type {
  Consumer,
  ConsumerListener,
  OwnedPartition,
  SubscribeOptions,
} from '../../ports/broker.ts'
import type { Clock } from '../../ports/clock.ts'
import type { GroupCoordinator, Membership, Persist } from '../embedded/group-coordinator.ts'

/**
 * A process's place in a consumer group, which it may lose without knowing, as in Kafka: no heartbeat of it came through, the
 * group has given its partitions to others, and it works on, until it hears of it. Its commits are refused from
 * the start; its listener is told to let go when it has heard; and then it joins again.
 */
export class Session {
  readonly consumer: Consumer
  readonly #groups: GroupCoordinator
  readonly #clock: Clock
  readonly #options: SubscribeOptions
  readonly #listener: ConsumerListener
  readonly #persist: Persist
  readonly #owned = new Map<string, OwnedPartition>()
  #membership: Membership
  /** The listener's last call; the next waits for it. */
  #call: Promise<void> = Promise.resolve()
  #lost: Promise<void> | null = null
  #state: 'in' | 'leaving' | 'dead' = 'in'

  constructor(
    groups: GroupCoordinator,
    clock: Clock,
    options: SubscribeOptions,
    listener: ConsumerListener,
    persist: Persist,
  ) {
    this.#groups = groups
    this.#clock = clock
    this.#options = options
    this.#listener = listener
    this.#persist = persist
    this.#membership = this.#join()
    this.consumer = {
      pause: (partitions) => this.#membership.consumer.pause(partitions),
      resume: (partitions) => this.#membership.consumer.resume(partitions),
      commit: (offsets) => this.#membership.consumer.commit(offsets),
      lastContactMs: () => this.#membership.consumer.lastContactMs(),
      close: () => this.#close(),
    }
  }

  /** The group goes on without it, from now on. */
  lose(unawareMs: number): void {
    if (this.#state !== 'in' || this.#lost !== null) return
    this.#membership.die(0)
    this.#lost = this.#hear(unawareMs)
  }

  /** The process is gone: nothing more is asked of its listener, and what it has is given on when its session ends. */
  die(sessionTimeoutMs: number): void {
    this.#state = 'dead'
    this.#membership.die(sessionTimeoutMs)
  }

  async #hear(unawareMs: number): Promise<void> {
    await this.#clock.sleep(unawareMs)
    await this.#call.catch(() => {})
    if (this.#state === 'dead') return
    const orphans = [...this.#owned.values()]
    await this.#told(orphans, () => this.#listener.onRevoke(orphans))
    this.#lost = null
    if (this.#state === 'in') this.#membership = this.#join()
  }

  async #close(): Promise<void> {
    this.#state = 'leaving'
    await this.#lost
    await this.#membership.consumer.close()
  }

  #join(): Membership {
    const listener = this.#listener
    return this.#groups.join(
      this.#options,
      {
        onAssign: (partitions) => {
          for (const each of partitions) this.#owned.set(nameOf(each), each)
          return this.#called(() => listener.onAssign(partitions))
        },
        onRevoke: (partitions) => this.#told(partitions, () => listener.onRevoke(partitions)),
        onRecords: (partition, records) => listener.onRecords(partition, records),
      },
      this.#persist,
    )
  }

  async #told(partitions: readonly OwnedPartition[], tell: () => Promise<void>): Promise<void> {
    await this.#called(tell)
    for (const each of partitions) {
      if (this.#owned.get(nameOf(each)) === each) this.#owned.delete(nameOf(each))
    }
  }

  #called(call: () => Promise<void>): Promise<void> {
    this.#call = call()
    return this.#call
  }
}

const nameOf = ({ topic, partition }: OwnedPartition): string => `${topic}/${partition}`
