import type { Position, TopicPartition } from '../../../contract/record.ts'
import type {
  Consumer,
  ConsumerListener,
  OwnedPartition,
  SubscribeOptions,
} from '../../../ports/broker.ts'
import { logFaults } from '../../embedded/log-faults.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import type { Connection } from '../wire/connection.ts'
import { kafkaError } from '../wire/kafka-error.ts'
import { Fetcher } from './fetcher.ts'
import { GroupSession } from './group-session.ts'
import { Handover } from './handover.ts'
import type { Seat } from './seat.ts'
import { startOffsets } from './start-offsets.ts'
import { Unread } from './unread.ts'

/** Epochs of one generation of a group begin here, so that each assignment has its own and later ones are greater. */
const epochsPerGeneration = 2 ** 20
/** How soon a listener whose `onAssign` failed is asked again. */
const assignAgainMs = 1_000

/**
 * A member of a consumer group.
 *
 * The group says what the member shall have (`assigned`); the member has what its listener was told (`seats`), and
 * moves towards the other, one call to the listener at a time: what is not wanted is revoked, what is wanted is
 * assigned. After a revoke it joins again, and then another may have the partition. What is lost (the group went on
 * without us) is fenced at once, and its listener told afterwards.
 */
export class GroupMember implements Consumer {
  readonly #connection: Connection
  readonly #settings: KafkaSettings
  readonly #options: SubscribeOptions
  readonly #listener: ConsumerListener
  readonly #session: GroupSession
  readonly #fetcher: Fetcher
  readonly #handover: Handover
  readonly #seats = new Map<string, Seat>()
  #assigned: readonly TopicPartition[] = []
  #generation = 0
  #lastEpoch = 0
  /** Lost, and the listener does not know yet. */
  #orphans: OwnedPartition[] = []
  /** The call to the listener that is under way; null in between. */
  #call: symbol | null = null
  #closed: Promise<void> | null = null
  #closing = false
  #onIdle: () => void = () => {}

  constructor(
    connection: Connection,
    settings: KafkaSettings,
    options: SubscribeOptions,
    listener: ConsumerListener,
  ) {
    this.#connection = connection
    this.#settings = settings
    this.#options = options
    this.#listener = listener
    const seats = () => this.#seats.values()
    this.#handover = new Handover(listener, settings.log, () => this.#fetcher.wake())
    this.#fetcher = new Fetcher(connection, settings, seats, (seat) => this.#handover.offer(seat))
    this.#session = new GroupSession(connection, settings, options, {
      claims: () => [...seats()].map(({ owned: { topic, partition } }) => ({ topic, partition })),
      assigned: (partitions, generation) => this.#shall(partitions, generation),
      lost: () => this.#lose(),
    })
  }

  start(): void {
    this.#session.start()
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const seat = this.#seats.get(nameOf(at))
      if (seat) seat.paused = true
    }
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const at of partitions) {
      const seat = this.#seats.get(nameOf(at))
      if (!seat?.paused) continue
      seat.paused = false
      this.#handover.offer(seat)
    }
    this.#fetcher.wake()
  }

  async commit(offsets: readonly (Position & { readonly epoch: number })[]): Promise<void> {
    const fence = () => {
      for (const at of offsets) {
        if (this.#seats.get(nameOf(at))?.owned.epoch === at.epoch) continue
        throw logFaults.fenced(this.#options.group, at, at.epoch)
      }
    }
    fence()
    if (offsets.length > 0) await this.#session.commit(offsets, fence)
  }

  lastContactMs(): number {
    const handedOverMs = this.#handover.lastMs()
    if (handedOverMs === null) return 0
    const fetches = [...this.#seats.values()].some(
      ({ phase, paused }) => phase === 'open' && !paused,
    )
    // With nothing to fetch, to be in the group is all the contact there is.
    return Math.max(handedOverMs, fetches ? this.#fetcher.contactMs() : this.#session.heardMs())
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing = true
    this.#assigned = []
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
      this.#reconcile()
    })
    this.#fetcher.stop()
    await this.#session.leave()
    await this.#connection.close()
  }

  #shall(partitions: readonly TopicPartition[], generation: number): void {
    this.#generation = generation
    if (this.#closing) return
    this.#assigned = partitions
    this.#reconcile()
  }

  #lose(): void {
    for (const seat of this.#seats.values()) {
      // One that is being revoked is let go of already.
      if (seat.phase !== 'revoking') this.#orphans.push(seat.owned)
      seat.phase = 'gone'
    }
    this.#seats.clear()
    this.#assigned = []
    this.#reconcile()
  }

  #reconcile(): void {
    const wanted = new Set(this.#assigned.map(nameOf))
    const surplus = [...this.#seats.values()].filter(({ owned }) => !wanted.has(nameOf(owned)))
    if (this.#call) {
      if (surplus.some(({ phase }) => phase === 'assigning')) this.#boundAssign(this.#call)
      return
    }
    const gain = this.#assigned.filter((at) => !this.#seats.has(nameOf(at)))
    if (this.#orphans.length > 0) {
      const orphans = this.#orphans
      this.#orphans = []
      this.#revoke(orphans)
    } else if (surplus.length > 0) {
      for (const seat of surplus) seat.phase = 'revoking'
      this.#revoke(surplus.map(({ owned }) => owned))
    } else if (gain.length > 0) {
      this.#assign(gain)
    } else if (this.#closing) {
      this.#onIdle()
    }
  }

  #revoke(owned: readonly OwnedPartition[]): void {
    const call = this.#begin()
    const end = () => {
      clearTimeout(timer)
      let freed = false
      for (const each of owned) {
        const seat = this.#seats.get(nameOf(each))
        if (seat?.owned !== each) continue
        seat.phase = 'gone'
        this.#seats.delete(nameOf(each))
        freed = true
      }
      if (freed && !this.#closing) this.#session.rejoin()
      this.#end(call)
    }
    const timer = setTimeout(end, this.#options.revokeTimeoutMs)
    answer(() => this.#listener.onRevoke(owned)).then(end, (error: unknown) => {
      this.#settings.log('error', 'a listener failed to let go of its partitions', error)
      end()
    })
  }

  #assign(gain: readonly TopicPartition[]): void {
    const call = this.#begin()
    const still = () => {
      const wanted = new Set(this.#assigned.map(nameOf))
      return gain.filter((at) => wanted.has(nameOf(at)) && !this.#seats.has(nameOf(at)))
    }
    const assigned = async () => {
      const { from } = this.#options
      const starts = await startOffsets(this.#connection, this.#session, from, gain)
      if (this.#call !== call) return
      const places = new Set(still().map(nameOf))
      const seats = starts.filter((at) => places.has(nameOf(at))).map((at) => this.#seat(at))
      if (seats.length === 0) return
      try {
        await this.#listener.onAssign(seats.map(({ owned }) => owned))
      } catch (error) {
        this.#drop(seats)
        throw error
      }
      for (const seat of seats) if (seat.phase === 'assigning') seat.phase = 'open'
      this.#fetcher.wake()
    }
    assigned().then(
      () => this.#end(call),
      (error: unknown) => {
        const { message } = kafkaError(error)
        this.#settings.log('error', 'an assignment is tried again', message)
        setTimeout(() => this.#end(call), assignAgainMs)
      },
    )
  }

  #seat({ topic, partition, offset }: Position): Seat {
    this.#lastEpoch = Math.max(this.#lastEpoch + 1, this.#generation * epochsPerGeneration)
    const owned = { topic, partition, epoch: this.#lastEpoch, offset }
    const unread = new Unread()
    const seat: Seat = { owned, phase: 'assigning', position: offset, paused: false, unread }
    this.#seats.set(nameOf(owned), seat)
    return seat
  }

  /** A listener still busy with `onAssign` is waited for no longer than one that is asked to let go. */
  #boundAssign(call: symbol): void {
    setTimeout(() => {
      if (this.#call !== call) return
      const wanted = new Set(this.#assigned.map(nameOf))
      this.#drop(
        [...this.#seats.values()].filter(
          ({ phase, owned }) => phase === 'assigning' && !wanted.has(nameOf(owned)),
        ),
      )
      this.#session.rejoin()
      this.#end(call)
    }, this.#options.revokeTimeoutMs)
  }

  #drop(seats: readonly Seat[]): void {
    for (const seat of seats) {
      seat.phase = 'gone'
      if (this.#seats.get(nameOf(seat.owned)) === seat) this.#seats.delete(nameOf(seat.owned))
    }
  }

  #begin(): symbol {
    const call = Symbol('call')
    this.#call = call
    return call
  }

  #end(call: symbol): void {
    if (this.#call !== call) return
    this.#call = null
    this.#reconcile()
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

/** A listener that throws at once is one that rejects. */
async function answer(call: () => Promise<void>): Promise<void> {
  await call()
}
