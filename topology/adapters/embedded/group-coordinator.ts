import type { Position } from '../../contract/record.ts'
import type { Consumer, ConsumerListener, SubscribeOptions } from '../../ports/broker.ts'
import { ConsumerGroup, type Member } from './consumer-group.ts'
import { logFaults } from './log-faults.ts'
import type { LogView } from './log-view.ts'

/** The consumer groups of an embedded log. */
export interface GroupCoordinator {
  /** `persist` makes committed offsets durable; it is called only with offsets that passed the fence. */
  join(options: SubscribeOptions, listener: ConsumerListener, persist: Persist): Membership
  /** New records are there; true when a member is about to get them. */
  wake(topic: string, partition: number): boolean
  /** The lowest offset that a member is about to get; infinity where none reads the partition. */
  readFrom(topic: string, partition: number): number
  /** Members of the group, the dead ones whose session runs included. */
  members(group: string): number
}

export type Persist = (group: string, offsets: readonly Position[]) => Promise<void>

export interface Membership {
  readonly consumer: Consumer
  /** The process died: no listener is called any more, and the seats are given on when the session ends. */
  die(sessionTimeoutMs: number): void
}

export function groupCoordinator(log: LogView): GroupCoordinator {
  const groups = new Map<string, ConsumerGroup>()
  /** The groups that read a topic: asked for each partition of each commit, and most groups read something else. */
  const readers = new Map<string, readonly ConsumerGroup[]>()

  function readersOf(topic: string): readonly ConsumerGroup[] {
    let reading = readers.get(topic)
    if (!reading) {
      reading = [...groups.values()].filter(({ seats }) => seats.has(topic))
      readers.set(topic, reading)
    }
    return reading
  }

  function join(
    options: SubscribeOptions,
    listener: ConsumerListener,
    persist: Persist,
  ): Membership {
    const name = options.group
    let group = groups.get(name)
    if (!group || group.members.length === 0) {
      group = new ConsumerGroup(name, log)
      groups.set(name, group)
    }
    const member = group.join(options, listener)
    readers.clear()
    return {
      consumer: consumerOf(group, member, persist),
      die(sessionTimeoutMs) {
        if (member.state === 'out') return
        group.die(member)
        log.clock.after(sessionTimeoutMs, () => group.remove(member))
      },
    }
  }

  function consumerOf(group: ConsumerGroup, member: Member, persist: Persist): Consumer {
    return {
      pause(partitions) {
        for (const at of partitions) {
          const seat = group.seat(at)
          if (seat?.owner === member) seat.paused = true
        }
      },
      resume(partitions) {
        for (const at of partitions) {
          const seat = group.seat(at)
          if (seat?.owner !== member) continue
          seat.paused = false
          member.intake.offer(seat)
        }
      },
      async commit(offsets) {
        const fenced = group.fenced(member, offsets)
        if (fenced) throw logFaults.fenced(group.name, fenced, fenced.epoch)
        if (offsets.length > 0) await persist(group.name, offsets)
      },
      lastContactMs: () => member.intake.lastContactMs(),
      close: () => group.leave(member),
    }
  }

  return {
    join,
    wake(topic, partition) {
      let read = false
      for (const group of readersOf(topic)) {
        const seat = group.seats.get(topic)?.[partition]
        if (seat?.phase !== 'open') continue
        seat.owner?.intake.offer(seat)
        read = true
      }
      return read
    },
    readFrom(topic, partition) {
      let lowest = Number.POSITIVE_INFINITY
      for (const group of readersOf(topic)) {
        const seat = group.seats.get(topic)?.[partition]
        if (seat?.phase === 'open') lowest = Math.min(lowest, seat.position)
      }
      return lowest
    },
    members: (group) => groups.get(group)?.members.length ?? 0,
  }
}
