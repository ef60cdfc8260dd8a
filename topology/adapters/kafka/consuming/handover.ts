import type { StoredRecord } from '../../../contract/record.ts'
import type { ConsumerListener } from '../../../ports/broker.ts'
import type { KafkaLog } from '../kafka-options.ts'
import type { Seat } from './seat.ts'

/** At most so many records go to the listener between two turns of the event loop: enough for a full batch of a stage. */
const recordsPerTurn = 4_000
/** And so many of one partition, since the listener can pause it only afterwards. */
const recordsOfOne = 500

/** Hands fetched records to the listener, in turn, a bounded number per turn of the event loop. */
export class Handover {
  readonly #listener: ConsumerListener
  readonly #log: KafkaLog
  readonly #onEmptied: () => void
  #ready = new Set<Seat>()
  #planned = false
  #stuck = false
  #lastMs = 0

  constructor(listener: ConsumerListener, log: KafkaLog, onEmptied: () => void) {
    this.#listener = listener
    this.#log = log
    this.#onEmptied = onEmptied
  }

  /** The partition may have something to hand over. */
  offer(seat: Seat): void {
    if (!isReady(seat)) return
    this.#ready.add(seat)
    if (this.#planned) return
    this.#planned = true
    // Never in the caller's own turn: the listener must get the chance to pause between two batches.
    setImmediate(() => this.#turn())
  }

  /** When records were last handed over; null while records wait behind a listener that failed. */
  lastMs(): number | null {
    return this.#stuck ? null : this.#lastMs
  }

  #turn(): void {
    this.#planned = false
    const seats = this.#ready
    this.#ready = new Set()
    let room = recordsPerTurn
    const served: Seat[] = []
    for (const seat of seats) {
      if (!isReady(seat)) continue
      if (room > 0) {
        room -= this.#handOver(seat, Math.min(room, recordsOfOne))
        served.push(seat)
      } else {
        this.offer(seat)
      }
    }
    // Behind those that went without, so that one long backlog starves no other partition.
    for (const seat of served) this.offer(seat)
    this.#onEmptied()
  }

  #handOver(seat: Seat, room: number): number {
    let records: readonly StoredRecord[] = []
    try {
      records = seat.unread.take(room)
      if (records.length > 0) this.#listener.onRecords(seat.owned, records)
      this.#lastMs = Date.now()
    } catch (error) {
      // The partition stands still rather than losing records; contact ends, so that the watchdog sees it.
      seat.paused = true
      seat.unread.putBack(records)
      this.#stuck = true
      this.#log('error', 'records were not handed over', error)
    }
    return records.length
  }
}

function isReady({ phase, paused, unread }: Seat): boolean {
  return phase === 'open' && !paused && unread.length > 0
}
