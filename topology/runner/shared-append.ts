import { isRetryable } from '../contract/errors.ts'
import type { NewRecord } from '../contract/record.ts'
import type { Broker } from '../ports/broker.ts'

interface Waiting {
  readonly records: readonly NewRecord[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Appends that are asked for in one turn of the event loop go to the log as one. Lanes finish together, since the
 * ledger answers many of them at once, and each has a record or two; the log has costs for each call.
 *
 * What the log refuses for good is appended again one by one, so that each hears of its own records only. Some may
 * then stand there twice, as after any append whose answer was lost.
 */
export class SharedAppend {
  readonly #broker: Pick<Broker, 'append'>
  #waiting: Waiting[] = []

  constructor(broker: Pick<Broker, 'append'>) {
    this.#broker = broker
  }

  /** Resolves when these records are on stable storage; rejects as `Broker.append` does for them alone. */
  append(records: readonly NewRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ records, resolve, reject }) > 1) return
      // A microtask later: all who were woken by the same answer have come by then.
      queueMicrotask(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    const [only] = waiting
    if (waiting.length === 1 && only) {
      await this.#alone(only)
      return
    }
    try {
      await this.#broker.append(waiting.flatMap(({ records }) => records))
    } catch (error) {
      // Away for one is away for all, and each has its own patience.
      if (isRetryable(error)) for (const { reject } of waiting) reject(error)
      // Begun in their order, which the log keeps.
      else await Promise.all(waiting.map((each) => this.#alone(each)))
      return
    }
    for (const { resolve } of waiting) resolve()
  }

  async #alone({ records, resolve, reject }: Waiting): Promise<void> {
    try {
      await this.#broker.append(records)
      resolve()
    } catch (error) {
      reject(error)
    }
  }
}
