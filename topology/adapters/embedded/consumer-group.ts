import type { Position, TopicPartition } from '../../contract/record.ts'
import type {
  ConsumerListener,
  OwnedPartition,
  PartitionEnds,
  SubscribeOptions,
} from '../../ports/broker.ts'
import { assignSlots } from './assign-slots.ts'
import { type Intake, intake, type Seat } from './intake.ts'
import type { LogView } from './log-view.ts'

/** How soon a member whose `onAssign` failed is asked again. */
const assignAgainMs = 1000

export interface Member {
  readonly options: SubscribeOptions
  readonly listener: ConsumerListener
  readonly intake: Intake
  /** The call to its listener that is under way; the next waits for it. */
  busy: symbol | null
  /** Cancels the end of our patience with that call, where it has one. */
  endBound: (() => void) | null
  state: 'in' | 'leaving' | 'dead' | 'out'
  left: () => void
}

export type MemberSeat = Seat<Member>

/**
 * One group's members and who has which partition.
 *
 * A seat goes free -> assigning (`onAssign` is awaited) -> open (records flow) -> revoking (`onRevoke` is awaited, the
 * owner may still commit) -> free. A rebalance gives every slot (partition number) a wanted member; then each
 * seat whose owner is not the wanted one is revoked, and each free seat is assigned, in a new epoch. Seats that
 * stay are not touched. A member that does not answer in `revokeTimeoutMs` loses the seat all the same, and
 * its epoch with it. A dead member is asked nothing: its seats are free when its session ends.
 */
export class ConsumerGroup {
  readonly name: string
  readonly seats = new Map<string, readonly MemberSeat[]>()
  readonly members: Member[] = []
  readonly #log: LogView
  #wanted: (Member | null)[] = []
  /** Where `latest` was when the group first met a partition: a rebalance before its first commit must not skip records. */
  readonly #met = new Map<MemberSeat, number>()

  constructor(name: string, log: LogView) {
    this.name = name
    this.#log = log
  }

  join(options: SubscribeOptions, listener: ConsumerListener): Member {
    for (const topic of options.topics) {
      if (!this.seats.has(topic)) this.seats.set(topic, newSeats(topic, this.#log))
    }
    const member: Member = {
      options,
      listener,
      intake: intake(this.#log, listener),
      busy: null,
      endBound: null,
      state: 'in',
      left: () => {},
    }
    this.members.push(member)
    this.rebalance()
    return member
  }

  /** Revokes, then forgets the member. */
  leave(member: Member): Promise<void> {
    if (member.state !== 'in') return Promise.resolve()
    member.state = 'leaving'
    return new Promise((resolve) => {
      member.left = resolve
      this.rebalance()
    })
  }

  /** Its process is gone: nothing more is asked of it; `remove` follows when its session ends. */
  die(member: Member): void {
    member.state = 'dead'
    member.intake.stop()
  }

  remove(member: Member): void {
    const index = this.members.indexOf(member)
    if (index < 0) return
    this.members.splice(index, 1)
    member.state = 'out'
    member.intake.stop()
    member.endBound?.()
    for (const seat of this.#all()) if (seat.owner === member) free(seat)
    member.left()
    this.rebalance()
  }

  /** The first of these that `member` does not own in that epoch. */
  fenced<At extends Position & { readonly epoch: number }>(
    member: Member,
    offsets: readonly At[],
  ): At | undefined {
    return offsets.find((at) => {
      const seat = this.seat(at)
      return seat?.owner !== member || seat.owned?.epoch !== at.epoch
    })
  }

  seat({ topic, partition }: TopicPartition): MemberSeat | undefined {
    return this.seats.get(topic)?.[partition]
  }

  rebalance(): void {
    let slots = 0
    for (const seats of this.seats.values()) slots = Math.max(slots, seats.length)
    const previous = Array.from({ length: slots }, (_, slot) => this.#wanted[slot] ?? null)
    const staying = this.members.filter(({ state }) => state === 'in' || state === 'dead')
    this.#wanted = assignSlots(previous, staying)
    this.#reconcile()
  }

  #reconcile(): void {
    for (const member of [...this.members]) {
      if (member.state === 'dead' || member.state === 'out') continue
      const surplus = this.#seatsOf(member).filter((seat) => this.#wantedFor(seat) !== member)
      if (member.busy) {
        if (surplus.some(({ phase }) => phase === 'assigning')) this.#boundAssign(member)
        continue
      }
      if (surplus.length > 0) {
        this.#revoke(member, surplus)
      } else if (member.state === 'leaving') {
        this.remove(member)
      } else {
        const gain = [...this.#all()].filter(
          (seat) => seat.phase === 'free' && this.#wantedFor(seat) === member,
        )
        if (gain.length > 0) this.#assign(member, gain)
      }
    }
  }

  #wantedFor(seat: MemberSeat): Member | null {
    const wanted = this.#wanted[seat.partition] ?? null
    if (!wanted || wanted.options.topics.includes(seat.topic)) return wanted
    // Members of one group may read different topics while a new version is rolled out.
    const able = this.members.filter(
      ({ state, options }) => state === 'in' && options.topics.includes(seat.topic),
    )
    return able[seat.partition % able.length] ?? null
  }

  #assign(member: Member, seats: readonly MemberSeat[]): void {
    const call = begin(member)
    const owned = seats.map((seat) => {
      seat.owner = member
      seat.phase = 'assigning'
      seat.position = this.#startOf(seat, member.options.from)
      const { topic, partition, position: offset } = seat
      const owned = { topic, partition, epoch: this.#log.nextEpoch(), offset }
      seat.owned = owned
      return owned
    })
    const still = (seat: MemberSeat, index: number) =>
      seat.owned === owned[index] && seat.phase === 'assigning'
    const end = (open: boolean) => {
      if (member.state === 'dead' || member.state === 'out') return
      if (open) done(member, call)
      seats.forEach((seat, index) => {
        if (!still(seat, index)) return
        seat.phase = 'open'
        if (open) member.intake.offer(seat)
        else free(seat)
      })
      if (open) return this.#reconcile()
      this.#log.clock.after(assignAgainMs, () => {
        done(member, call)
        this.#reconcile()
      })
    }
    answer(() => member.listener.onAssign(owned)).then(
      () => end(true),
      (error: unknown) => {
        this.#log.report(error)
        end(false)
      },
    )
  }

  #revoke(member: Member, seats: readonly MemberSeat[]): void {
    const call = begin(member)
    const owned: OwnedPartition[] = []
    for (const seat of seats) {
      seat.phase = 'revoking'
      if (seat.owned) owned.push(seat.owned)
    }
    let ended = false
    const end = () => {
      if (ended || member.state === 'dead' || member.state === 'out') return
      ended = true
      cancel()
      seats.forEach((seat, index) => {
        if (seat.owned === owned[index]) free(seat)
      })
      done(member, call)
      this.#reconcile()
    }
    const cancel = this.#log.clock.after(member.options.revokeTimeoutMs, end)
    answer(() => member.listener.onRevoke(owned)).then(end, (error: unknown) => {
      this.#log.report(error)
      end()
    })
  }

  /** A member still busy with `onAssign` is waited for no longer than one that is asked to let go. */
  #boundAssign(member: Member): void {
    member.endBound ??= this.#log.clock.after(member.options.revokeTimeoutMs, () => {
      if (member.state === 'dead' || member.state === 'out') return
      for (const seat of this.#seatsOf(member)) {
        if (seat.phase === 'assigning' && this.#wantedFor(seat) !== member) free(seat)
      }
      if (member.busy) done(member, member.busy)
      this.#reconcile()
    })
  }

  #startOf(seat: MemberSeat, from: 'earliest' | 'latest'): number {
    const ends = this.#endsOf(seat)
    const committed = this.#log.committed(this.name, seat.topic, seat.partition)
    if (committed !== undefined) return Math.min(Math.max(committed, ends.earliest), ends.next)
    if (from === 'earliest') return ends.earliest
    const met = this.#met.get(seat) ?? ends.next
    this.#met.set(seat, met)
    return Math.max(met, ends.earliest)
  }

  #endsOf({ topic, partition }: MemberSeat): PartitionEnds {
    const earliest = this.#log.earliest(topic, partition)
    return { topic, partition, earliest, next: this.#log.next(topic, partition) }
  }

  #seatsOf(member: Member): MemberSeat[] {
    return [...this.#all()].filter((seat) => seat.owner === member)
  }

  *#all(): Iterable<MemberSeat> {
    for (const seats of this.seats.values()) yield* seats
  }
}

function newSeats(topic: string, log: LogView): MemberSeat[] {
  return Array.from({ length: log.partitions(topic) ?? 0 }, (_, partition) => ({
    topic,
    partition,
    owner: null,
    owned: null,
    phase: 'free',
    position: 0,
    paused: false,
  }))
}

function free(seat: MemberSeat): void {
  seat.owner = null
  seat.owned = null
  seat.phase = 'free'
  seat.paused = false
}

function begin(member: Member): symbol {
  const call = Symbol('call')
  member.busy = call
  return call
}

function done(member: Member, call: symbol): void {
  if (member.busy !== call) return
  member.busy = null
  member.endBound?.()
  member.endBound = null
}

/** A listener that throws at once is one that rejects. */
async function answer(call: () => Promise<void>): Promise<void> {
  await call()
}
