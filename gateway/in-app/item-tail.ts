import type pino from 'pino'
import type { Clock } from '../../topology/ports/clock.ts'
import type { ItemEntry, ItemLog } from './item-log.ts'

/** Told of each new entry under its key, in order, by the process's one reader. */
export type ItemListener = (entry: ItemEntry) => void

interface TailTools {
  readonly items: ItemLog
  readonly clock: Clock
  readonly log: pino.Logger
}

/**
 * Reads the newest items once per process, however many sockets are open, and tells those whose they are: an item costs
 * one look-up, not a call of every socket. It starts with the first socket. Joining takes an offset that is not behind
 * the tail, in one synchronous step, so that nothing falls between what a socket read itself and what it is told.
 */
export class ItemTail {
  readonly #tools: TailTools
  readonly #listeners = new Map<string, Set<ItemListener>>()
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

  /** Up to where those who joined have been told everything. */
  told(partition: number): number {
    return this.#next[partition] ?? 0
  }

  /** False when the offset is behind the tail: read on from the log, then try again. */
  join(key: string, partition: number, offset: number, listener: ItemListener): boolean {
    if (offset < this.told(partition)) return false
    const others = this.#listeners.get(key)
    if (others) others.add(listener)
    else this.#listeners.set(key, new Set([listener]))
    return true
  }

  leave(key: string, listener: ItemListener): void {
    const all = this.#listeners.get(key)
    all?.delete(listener)
    if (all?.size === 0) this.#listeners.delete(key)
  }

  close(): void {
    this.#stop.abort()
    this.#listeners.clear()
  }

  async #begin(): Promise<void> {
    const ends = await this.#tools.items.ends()
    this.#next = ends.map(({ next }) => next)
    for (const { partition } of ends) void this.#follow(partition)
  }

  async #follow(partition: number): Promise<void> {
    const { items, clock, log } = this.#tools
    while (!this.#stop.signal.aborted) {
      try {
        const entries = await items.read(partition, this.told(partition), 500, 1_000)
        if (this.#stop.signal.aborted) return
        for (const entry of entries) {
          this.#next[partition] = entry.offset + 1
          for (const listener of this.#listeners.get(entry.key) ?? []) listener(entry)
        }
      } catch (error) {
        log.warn({ err: error, partition }, 'the newest in-app items cannot be read now')
        await clock.sleep(1_000, this.#stop.signal)
      }
    }
  }
}
