import type { TopicPartition } from '../../../contract/record.ts'
import type { KafkaSettings } from '../kafka-options.ts'
import type { FetchLink } from '../reading/fetch-link.ts'
import { earliest, listOffsets, next } from '../reading/list-offsets.ts'
import { splitBatches } from '../records/batch-reader.ts'
import { type FetchAnswer, fetchRequest } from '../wire/fetch-request.ts'
import { errorCode, kafkaError } from '../wire/kafka-error.ts'
import type { Seat } from './seat.ts'

/** Below so many records that wait to be handed over, a partition is fetched from again. */
const refillBelow = 500
const fetchBytes = 8 * 1024 * 1024
/** More than the largest batch: a broker cuts one off that does not fit, unless it comes first. */
const fetchBytesPerPartition = 2 * 1024 * 1024
const restMs = 100

/**
 * Fetches what a member's partitions have: one request at a time to each node, for all of its partitions that are
 * open, not paused and short of records. One that fails does not stop the others.
 */
export class Fetcher {
  readonly #connection: FetchLink
  readonly #settings: KafkaSettings
  readonly #seats: () => Iterable<Seat>
  readonly #onFilled: (seat: Seat) => void
  readonly #asking = new Set<string>()
  #resting = false
  #stopped = false
  #contactMs = Date.now()
  #turn = 0

  constructor(
    connection: FetchLink,
    settings: KafkaSettings,
    seats: () => Iterable<Seat>,
    onFilled: (seat: Seat) => void,
  ) {
    this.#connection = connection
    this.#settings = settings
    this.#seats = seats
    this.#onFilled = onFilled
  }

  /** When a fetch was last answered. */
  contactMs(): number {
    return this.#contactMs
  }

  /** Something was opened, resumed or emptied. */
  wake(): void {
    if (this.#stopped || this.#resting) return
    const nodes = new Set<string | undefined>()
    for (const seat of this.#seats()) {
      if (isWanted(seat)) nodes.add(this.#connection.leader(seat.owned))
    }
    for (const node of nodes) {
      if (node === undefined) this.#restThenLook()
      else if (!this.#asking.has(node)) void this.#ask(node)
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** Never rejects. */
  async #ask(nodeId: string): Promise<void> {
    this.#asking.add(nodeId)
    try {
      while (!this.#stopped) {
        const wanted = [...this.#seats()].filter(
          (seat) => isWanted(seat) && this.#connection.leader(seat.owned) === nodeId,
        )
        // Others learn of new leaders as well. What this node leads no more is asked for where it is now: nothing else
        // would, until a record of another partition came.
        this.wake()
        if (wanted.length === 0) break
        // The broker fills its answer in the order asked for: each partition is first in its turn.
        const first = this.#turn++ % wanted.length
        await this.#fetch(nodeId, [...wanted.slice(first), ...wanted.slice(0, first)])
      }
    } catch (error) {
      if (!this.#stopped) this.#settings.log('warn', 'a fetch failed', kafkaError(error).message)
      this.#restThenLook()
    } finally {
      this.#asking.delete(nodeId)
    }
  }

  async #fetch(nodeId: string, wanted: readonly Seat[]): Promise<void> {
    this.#connection.refreshIfOld()
    const seats = new Map(wanted.map((seat) => [nameOf(seat.owned), { seat, at: seat.position }]))
    const limits = {
      waitMs: this.#settings.fetchWaitMs,
      bytes: fetchBytes,
      bytesPerPartition: fetchBytesPerPartition,
    }
    const positions = wanted.map(({ owned: { topic, partition }, position }) => ({
      topic,
      partition,
      offset: position,
    }))
    const answers = await this.#connection.ask(nodeId, positions, (node) =>
      node.connectionPool.send(fetchRequest(positions, limits)),
    )
    this.#contactMs = Date.now()
    const failures: unknown[] = []
    for (const answer of answers) {
      const asked = seats.get(nameOf(answer))
      // It may have gone, or have been opened anew, while the answer was on its way.
      if (asked?.seat.phase !== 'open' || asked.seat.position !== asked.at) continue
      try {
        await this.#take(asked.seat, answer)
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  async #take(seat: Seat, answer: FetchAnswer): Promise<void> {
    const { topic, partition } = seat.owned
    if (answer.errorCode === errorCode.offsetOutOfRange) return this.#comeIntoRange(seat)
    if (answer.errorCode !== errorCode.none) {
      throw new Error(`${topic}/${partition}: the broker answers with error ${answer.errorCode}`)
    }
    const { batches, next } = splitBatches(answer.bytes, seat.owned, seat.position, answer.aborted)
    seat.position = next
    if (batches.length === 0) return
    seat.unread.push(batches)
    this.#onFilled(seat)
  }

  /** Retention was quicker than the reader, or the log lost its end: the nearest offset that exists. */
  async #comeIntoRange(seat: Seat): Promise<void> {
    const at = [seat.owned]
    const [[first], [end]] = await Promise.all([
      listOffsets(this.#connection, at, earliest),
      listOffsets(this.#connection, at, next),
    ])
    const from = seat.position
    seat.position = Math.min(Math.max(from, first?.offset ?? 0), end?.offset ?? 0)
    const { topic, partition } = seat.owned
    this.#settings.log('error', `${topic}/${partition} has no offset ${from}`, {
      goesOnAt: seat.position,
    })
  }

  #restThenLook(): void {
    if (this.#resting || this.#stopped) return
    this.#resting = true
    setTimeout(() => {
      this.#connection
        .refresh()
        .catch(() => {})
        .finally(() => {
          this.#resting = false
          this.wake()
        })
    }, restMs)
  }
}

function isWanted({ phase, paused, unread }: Seat): boolean {
  return phase === 'open' && !paused && unread.length < refillBelow
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
