import type { Position } from '../../../contract/record.ts'
import type { Connection } from '../wire/connection.ts'
import { fetchRequest } from '../wire/fetch-request.ts'

interface Waiter extends Position {
  readonly end: () => void
}

/**
 * Lets many reads wait for the next record over one connection to each node: one fetch asks for all partitions
 * that somebody waits for. A reader that comes while it is under way is asked for with the next, so a fetch waits
 * only briefly.
 */
export class Watch {
  readonly #connection: Connection
  readonly #waiters = new Map<string, Set<Waiter>>()
  readonly #asking = new Set<string>()
  readonly #waitMs: number

  constructor(connection: Connection, waitMs: number) {
    this.#connection = connection
    this.#waitMs = waitMs
  }

  /** Resolves when there may be a record at the position or behind it, at the latest after `maxWaitMs`. */
  async wait(from: Position, maxWaitMs: number): Promise<void> {
    await this.#connection.learn([from.topic])
    const place = `${from.topic}/${from.partition}`
    const waiters = this.#waiters.get(place) ?? new Set()
    this.#waiters.set(place, waiters)
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        waiters.delete(waiter)
        if (waiters.size === 0 && this.#waiters.get(place) === waiters) this.#waiters.delete(place)
        resolve()
      }
      const timer = setTimeout(end, maxWaitMs)
      const waiter = { ...from, end }
      waiters.add(waiter)
      this.#ask()
    })
  }

  /** Ends all waits. */
  end(): void {
    for (const waiters of [...this.#waiters.values()]) for (const { end } of [...waiters]) end()
  }

  #ask(): void {
    for (const nodeId of new Set(this.#positions().map((at) => this.#connection.leader(at)))) {
      if (nodeId === undefined) this.#later()
      else if (!this.#asking.has(nodeId)) void this.#askNode(nodeId)
    }
  }

  /** Never rejects. */
  async #askNode(nodeId: string): Promise<void> {
    this.#asking.add(nodeId)
    try {
      for (;;) {
        const wanted = this.#positions().filter((at) => this.#connection.leader(at) === nodeId)
        if (wanted.length === 0) return
        await this.#fetch(nodeId, wanted)
      }
    } catch {
      this.#later()
    } finally {
      this.#asking.delete(nodeId)
    }
  }

  async #fetch(nodeId: string, wanted: readonly Position[]): Promise<void> {
    this.#connection.refreshIfOld()
    // One batch is told all the same: the reader fetches it for itself.
    const limits = { waitMs: this.#waitMs, bytes: 1, bytesPerPartition: 1 }
    const answers = await this.#connection.ask(nodeId, wanted, (node) =>
      node.connectionPool.send(fetchRequest(wanted, limits)),
    )
    for (const { topic, partition, errorCode, bytes } of answers) {
      if (errorCode === 0 && bytes.length === 0) continue
      // An error too: the reader meets it itself, and says what it is.
      for (const { end } of [...(this.#waiters.get(`${topic}/${partition}`) ?? [])]) end()
    }
    if (answers.some(({ errorCode }) => errorCode !== 0)) throw new Error('a partition moved')
  }

  /** The first offset that somebody waits for, of each partition. */
  #positions(): Position[] {
    return [...this.#waiters.values()].flatMap((waiters) => {
      const [first, ...others] = waiters
      return first ? others.reduce((a, b) => (b.offset < a.offset ? b : a), first) : []
    })
  }

  /** Leaders are looked for again; a reader may also time out meanwhile. */
  #later(): void {
    setTimeout(() => {
      this.#connection
        .refresh()
        .catch(() => {})
        .finally(() => this.#ask())
    }, 100).unref()
  }
}
