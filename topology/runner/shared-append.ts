import { isRetryable } from '../contract/errors.ts'
import type { NewRecord } from '../contract/record.ts'
import type { Broker } from '../ports/broker.ts'
import { RefusedTogether } from './refused-together.ts'

/** What is asked for in one turn of the event loop. */
interface Turn {
  readonly records: NewRecord[]
  callers: number
  readonly ended: Promise<void>
}

/**
 * Appends that are asked for in one turn of the event loop go to the log as one. Lanes finish together, since the
 * ledger answers many of them at once, and each has a record or two; the log has costs for each call.
 *
 * They share one promise, too: one for each would be garbage for each record.
 */
export class SharedAppend {
  readonly #broker: Pick<Broker, 'append'>
  #open: Turn | undefined

  constructor(broker: Pick<Broker, 'append'>) {
    this.#broker = broker
  }

  /**
   * Resolves when these records are on stable storage. Rejects as `Broker.append` does, but for what the log refuses for good
   * together with others' records: that is a `RefusedTogether`, and each caller is to append its own alone. Some may
   * then stand there twice, as after any append whose answer was lost.
   */
  append(records: readonly NewRecord[]): Promise<void> {
    let turn = this.#open
    if (!turn) {
      const fresh: NewRecord[] = []
      turn = { records: fresh, callers: 0, ended: this.#run(fresh) }
      this.#open = turn
    }
    turn.callers++
    for (const record of records) turn.records.push(record)
    return turn.ended
  }

  async #run(records: readonly NewRecord[]): Promise<void> {
    // A microtask later: all who were woken by the same answer have come by then.
    await null
    const callers = this.#open?.callers ?? 0
    this.#open = undefined
    try {
      await this.#broker.append(records)
    } catch (error) {
      // Away for one is away for all, and each has its own patience.
      if (callers === 1 || isRetryable(error)) throw error
      throw new RefusedTogether(error)
    }
  }
}
