import type pino from 'pino'
import type { Clock } from '../../topology/ports/clock.ts'
import { LogTail } from '../log-tail.ts'
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
  readonly #listeners = new Map<string, Set<ItemListener>>()
  readonly #tail: LogTail<ItemEntry>

  constructor({ items, ...tools }: TailTools) {
    const tell = (entry: ItemEntry) => {
      for (const listener of this.#listeners.get(entry.key) ?? []) listener(entry)
    }
    this.#tail = new LogTail(items, 'in-app items', tell, tools)
  }

  /** Resolves when the tail knows where it begins. Throws C4A_UNAVAILABLE; ask again then. */
  start(): Promise<void> {
    return this.#tail.start()
  }

  /** Up to where those who joined have been told everything. */
  told(partition: number): number {
    return this.#tail.next[partition] ?? 0
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
    this.#tail.close()
    this.#listeners.clear()
  }
}
