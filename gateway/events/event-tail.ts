import type pino from 'pino'
import type { Clock } from '../../topology/ports/clock.ts'
import { LogTail } from '../log-tail.ts'
import type { EventEntry, EventLog } from './event-log.ts'
import type { FeedVector } from './feed-cursor.ts'

/** Told of each new entry, in the order of its partition, by the process's one reader. */
export type TailListener = (entry: EventEntry) => void

interface TailTools {
  readonly events: EventLog
  readonly clock: Clock
  readonly log: pino.Logger
}

/**
 * Reads the newest events once per process, however many streams are open, and tells all who joined.
 * It starts with the first stream. Joining takes a vector that is not behind the tail, in one
 * synchronous step, so that nothing falls between what a stream read itself and what it is told.
 */
export class EventTail {
  readonly #listeners = new Set<TailListener>()
  readonly #tail: LogTail<EventEntry>

  constructor({ events, ...tools }: TailTools) {
    const tell = (entry: EventEntry) => {
      for (const listener of this.#listeners) listener(entry)
    }
    this.#tail = new LogTail(events, 'events', tell, tools)
  }

  /** Resolves when the tail knows where it begins. Throws C4A_UNAVAILABLE; ask again then. */
  start(): Promise<void> {
    return this.#tail.start()
  }

  /** False when the vector is behind the tail somewhere: read on from the log, then try again. */
  join(vector: FeedVector, listener: TailListener): boolean {
    for (const [partition, next] of this.#tail.next.entries()) {
      if ((vector[partition] ?? 0) < next) return false
    }
    this.#listeners.add(listener)
    return true
  }

  leave(listener: TailListener): void {
    this.#listeners.delete(listener)
  }

  close(): void {
    this.#tail.close()
    this.#listeners.clear()
  }
}
