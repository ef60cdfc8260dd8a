import { Chat4AllError, isRetryable } from '../contract/errors.ts'
import { engineHeaders } from '../contract/headers.ts'
import type { Headers, NewRecord } from '../contract/record.ts'
import type { Emit, PortTypes } from '../contract/stage.ts'
import type { Timer } from '../ports/timers.ts'
import { type RetryOptions, retrying, retryingAfter } from './backoff.ts'
import type { RunnerContext } from './context.ts'
import { RefusedTogether } from './refused-together.ts'
import type { Step, Target } from './unit.ts'

/** What the input was, as far as its outputs need it. */
export interface Origin {
  readonly value: unknown
  readonly type: string
  /** The input's own bytes; null when it never was a record (an inline edge). */
  readonly bytes: Uint8Array | null
  readonly headers: Headers
}

/** As `Broker.append`, or shared with others, and then it may reject with a `RefusedTogether`. */
export interface Appends {
  append(records: readonly NewRecord[]): Promise<unknown>
}

/** Output of a batch: appended together, before anything of the batch counts as finished. */
export class Outbox {
  records: NewRecord[] = []
  readonly timers: Timer[] = []
  readonly #context: RunnerContext

  constructor(context: RunnerContext) {
    this.#context = context
  }

  /** The port's target; null for one that is discarded on purpose. Throws C4A_STAGE_BAD_OUTPUT for one the stage does not have. */
  target(step: Step, port: string): Target | null {
    const target = step.outputs.get(port)
    if (target) return target
    if (step.stage.discards?.[port] !== undefined) {
      this.#context.meter.discarded(step.stage.id, port, 1)
      return null
    }
    throw badOutput(step, port, `it has ${[...step.outputs.keys()].join(', ') || 'no outputs'}`)
  }

  /** Encodes and keeps one emit. Throws C4A_STAGE_BAD_OUTPUT, and keeps nothing, when it is not fit for its port. */
  add(step: Step, target: Target, emit: Emit<PortTypes>, origin: Origin): void {
    if (typeof emit.key !== 'string') throw badOutput(step, emit.to, 'the key is not a string')
    const record: NewRecord = {
      topic: target.topic.name,
      key: emit.key,
      value: this.#encode(step, target, emit, origin),
      headers: this.headers(step, target, emit, origin.headers),
    }
    if (emit.dueMs === undefined) this.#keep(record)
    else if (emit.timerId) this.timers.push({ id: emit.timerId, dueMs: emit.dueMs, record })
    else throw badOutput(step, emit.to, 'it is due later but has no timerId')
  }

  /** Of most lanes it is the only one: a list that is pushed to takes room for sixteen more. */
  #keep(record: NewRecord): void {
    if (this.records.length === 0) this.records = [record]
    else this.records.push(record)
  }

  /** The input's headers, the stage's own on top, and the engine's. One object is shared where nothing changes. */
  headers(step: Step, target: Target, emit: Emit<PortTypes>, incoming: Headers): Headers {
    const { revision } = this.#context
    const current = incoming[engineHeaders.revision] === revision
    if (target.maxHops === null && emit.headers === undefined) {
      return current ? incoming : { ...incoming, [engineHeaders.revision]: revision }
    }
    const headers = { ...incoming, ...emit.headers, [engineHeaders.revision]: revision }
    if (target.maxHops === null) return headers
    const hop = Number(incoming[engineHeaders.hop] ?? 0) + 1
    if (hop > target.maxHops) {
      throw badOutput(step, emit.to, `the record went round its loop ${target.maxHops} times`)
    }
    return { ...headers, [engineHeaders.hop]: String(hop) }
  }

  #encode(step: Step, target: Target, emit: Emit<PortTypes>, origin: Origin): Uint8Array {
    const { codec } = this.#context
    const { bytes } = origin
    // Passed on unchanged: the bytes serve again, whatever version wrote them. It saves an encoding, and a field that is
    // newer than this program would not survive one.
    if (bytes && emit.value === origin.value && origin.type === target.type) return bytes
    try {
      return codec.encode(target.type, emit.value)
    } catch (error) {
      throw badOutput(step, emit.to, error instanceof Error ? error.message : String(error), error)
    }
  }

  /**
   * Appends all, and keeps trying while the log is away: what is finished must be in the log first.
   * Timers before records: a crash in between repeats both, and a timer known already is left as it is.
   * Ends by throwing only when the signal aborts or the log refuses for good.
   */
  async flush(
    stageId: string,
    signal: AbortSignal,
    broker: Appends = this.#context.broker,
  ): Promise<void> {
    try {
      await this.begin(broker)
    } catch (error) {
      await this.goOn(error, stageId, signal, broker)
    }
  }

  /** `flush` in two: its first try, for who waits for many of them and would else wait twice for each. */
  begin(broker: Appends): Promise<unknown> {
    const { timers } = this.#context
    if (this.timers.length > 0) return timers.schedule(this.timers).then(() => this.#append(broker))
    return this.#append(broker)
  }

  /** The tries after one that failed. */
  goOn(error: unknown, stageId: string, signal: AbortSignal, broker: Appends): Promise<unknown> {
    const alone = () => this.begin(this.#context.broker)
    const patience = this.#patience(stageId, signal)
    if (error instanceof RefusedTogether) return retrying(alone, patience)
    const again = () =>
      this.begin(broker).catch((next: unknown) => {
        if (next instanceof RefusedTogether) return alone()
        throw next
      })
    return retryingAfter(error, again, patience)
  }

  #append(broker: Appends): Promise<unknown> {
    return this.records.length > 0 ? broker.append(this.records) : nothing
  }

  #patience(stageId: string, signal: AbortSignal): RetryOptions {
    const { clock, random, brokerBackoff, meter } = this.#context
    return {
      clock,
      random,
      signal,
      policy: brokerBackoff,
      again: isRetryable,
      onFailure: (error) => meter.trouble(stageId, 'output not appended, trying again', error),
    }
  }
}

const nothing = Promise.resolve()

function badOutput(step: Step, port: string, why: string, cause?: unknown): Chat4AllError {
  return new Chat4AllError(
    'C4A_STAGE_BAD_OUTPUT',
    {
      what: `Stage '${step.stage.id}' emitted to '${port}'`,
      why,
      todo: `Mend the stage '${step.stage.use}'; the record waits in its dead letters`,
    },
    { cause },
  )
}
