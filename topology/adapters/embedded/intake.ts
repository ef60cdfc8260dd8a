import type { ConsumerListener, OwnedPartition } from '../../ports/broker.ts'
import type { LogView } from './log-view.ts'

/** At most this much goes to the listener between two turns of the event loop. */
const maxRecords = 500
const maxBytes = 1024 * 1024

/** A partition as a group sees it. `owned` is there while a member has it. */
export interface Seat<Owner> {
  readonly topic: string
  readonly partition: number
  owner: Owner | null
  owned: OwnedPartition | null
  /** `open`: its records are handed over. While `revoking` the owner may still commit. */
  phase: 'free' | 'assigning' | 'open' | 'revoking'
  position: number
  paused: boolean
}

/** Hands the records of one member's partitions over, in turn, a bounded batch per turn of the event loop. */
export interface Intake {
  /** The partition may have something: look at it in its turn. */
  offer(seat: Seat<unknown>): void
  lastContactMs(): number
  stop(): void
}

export function intake(log: LogView, listener: ConsumerListener): Intake {
  /** Seats to look at, each in the term in which it was offered: it may belong to another member by its turn. */
  let ready = new Map<Seat<unknown>, OwnedPartition>()
  let cancel: (() => void) | null = null
  let stopped = false
  let stuck = false
  let lastMs = log.clock.now()

  function offer(seat: Seat<unknown>): void {
    if (seat.paused || seat.phase !== 'open' || !seat.owned || stopped) return
    ready.set(seat, seat.owned)
    // Never in the caller's own turn: the listener must get the chance to pause between two batches.
    cancel ??= log.clock.after(0, turn)
  }

  function turn(): void {
    cancel = null
    const seats = ready
    ready = new Map()
    const room = { records: maxRecords, bytes: maxBytes }
    const served: Seat<unknown>[] = []
    for (const [seat, owned] of seats) {
      if (stopped || seat.paused || seat.phase !== 'open' || seat.owned !== owned) continue
      if (room.records > 0 && room.bytes > 0) {
        handOver(seat, owned, room)
        served.push(seat)
      } else {
        offer(seat)
      }
    }
    // Behind those that went without, so that one long backlog starves no other partition.
    for (const seat of served) {
      if (log.next(seat.topic, seat.partition) > seat.position) offer(seat)
    }
  }

  function handOver(
    seat: Seat<unknown>,
    owned: OwnedPartition,
    room: { records: number; bytes: number },
  ): void {
    try {
      const { records, next } = log.fetch(
        seat.topic,
        seat.partition,
        seat.position,
        room.records,
        room.bytes,
      )
      lastMs = log.clock.now()
      if (records.length > 0) listener.onRecords(owned, records)
      seat.position = next
      log.handedOver?.(seat)
      room.records -= records.length
      // Not by an iterator, which makes an object for each record.
      records.forEach(({ value }) => {
        room.bytes -= value?.byteLength ?? 0
      })
    } catch (error) {
      // The partition stands still rather than losing records; contact ends, so that the watchdog sees it.
      seat.paused = true
      stuck = true
      log.report(error)
    }
  }

  return {
    offer,
    // With nothing left to hand over, every look at the log "came back empty".
    lastContactMs: () => (stuck || ready.size > 0 || stopped ? lastMs : log.clock.now()),
    stop() {
      stopped = true
      cancel?.()
    },
  }
}
