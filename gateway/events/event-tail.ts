import type pino from 'pino'
import type { Clock } from '../../topology/ports/clock.ts'
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
  readonly #tools: TailTools
  readonly #listeners = new Set<TailListener>()
  readonly #stop = new AbortController()
  /** By partition; empty before the start. */
  #next: number[] = []
  #started: Promise<void> | undefined

  constructor(tools: TailTools) {
    this.#tools = tools
  }

  /** Resolves when the tail knows where it begins. Throws C4A_UNAVAILABLE; ask again then. */
  start(): Promise<void> {
    this.#started ??= this.#begin().catch((error: unknown) => {
      this.#started = undefined
      throw error
    })
    return this.#started
  }

  /** False when the vector is behind the tail somewhere: read on from the log, then try again. */
  join(vector: FeedVector, listener: TailListener): boolean {
    for (const [partition, next] of this.#next.entries()) {
      if ((vector[partition] ?? 0) < next) return false
    }
    this.#listeners.add(listener)
    return true
  }

  leave(listener: TailListener): void {
    this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop.abort()
    this.#listeners.clear()
  }

  async #begin(): Promise<void> {
    const ends = await this.#tools.events.ends()
    this.#next = ends.map(({ next }) => next)
    for (const { partition } of ends) void this.#follow(partition)
  }

  async #follow(partition: number): Promise<void> {
    const { events, clock, log } = this.#tools
    while (!this.#stop.signal.aborted) {
      try {
        const offset = this.#next[partition] ?? 0
        const entries = await events.read(partition, offset, 500, 1_000)
        if (this.#stop.signal.aborted) return
        for (const entry of entries) {
          this.#next[partition] = entry.offset + 1
          for (const listener of this.#listeners) listener(entry)
        }
      } catch (error) {
        log.warn({ err: error, partition }, 'the newest events cannot be read now; trying again')
        await clock.sleep(1_000, this.#stop.signal)
      }
    }
  }
}
