import { BatchStep } from './batch-step.ts'
import type { RunnerContext } from './context.ts'
import { type Intake, Member, type Partition, type Taken } from './member.ts'
import { oldestFirst } from './oldest-first.ts'
import { onlyTransforms } from './only-transforms.ts'
import type { Outbox } from './outbox.ts'
import type { Runner, RunnerHealth } from './runner.ts'
import type { Unit } from './unit.ts'

/** A stage without outputs shows what it has done by its commits alone: whoever waits for it waits for these. */
const showsByCommit = ({ head }: Unit): boolean => head.outputs.size === 0
const promptCommitMs = 2
/** A batch of so many records is a full one where it is asked how much happens, and a partition has enough with two of them. */
const muchAtOnce = 1_000

/** A batch that is being decided, or is decided, or with the log. */
interface Batch {
  readonly taken: readonly Taken[]
  readonly sinceMs: number
  readonly outbox: Promise<Outbox>
  /** Ends it, wherever it is. */
  readonly abort: AbortController
}

/**
 * Runs a unit of transforms, lookups and batch effects: batch in, output acknowledged, then settled.
 *
 * One batch at a time, over all partitions of the unit: under load batches grow by themselves, and a
 * batch that the log refuses is repeated before a later one is appended, so that nothing overtakes it. A unit that only
 * transforms may decide the next full batch while the log acknowledges the running one. It stays here until that is
 * settled, and goes back among those that wait, to be decided again, when that fails or a partition is let go.
 */
export class BatchRunner implements Runner, Intake {
  readonly #unit: Unit
  readonly #context: RunnerContext
  readonly #step: BatchStep
  readonly #member: Member
  readonly #most: number
  /** So many of one partition are a full batch in any case: its window takes no more than twice as many. */
  readonly #enough: number
  readonly #waiting = new Map<Partition, Taken[]>()
  #running: Batch | undefined
  /** The running batch is decided, and with the log. */
  #appending = false
  readonly #looksAhead: boolean
  /** The batch that follows the running one, while that is with the log. */
  #ahead: Batch | undefined
  #last = { sinceMs: 0, records: 0 }
  #batchEnds: Promise<void> = Promise.resolve()
  #planned = false
  #cancelLinger: (() => void) | undefined

  constructor(unit: Unit, context: RunnerContext) {
    this.#unit = unit
    this.#context = context
    this.#step = new BatchStep(unit, context)
    this.#looksAhead = context.decidesAhead === true && onlyTransforms(unit.head)
    const { body, stage } = unit.head
    const { id, drainMs } = stage
    const { maxBatch, maxEffectBatch = maxBatch } = context
    const isEffect = body.shape === 'batch-effect'
    this.#most = isEffect ? maxEffectBatch : maxBatch
    this.#enough = isEffect ? Math.min(maxBatch, muchAtOnce) : maxBatch
    this.#member = new Member(
      context,
      {
        stageId: id,
        group: unit.group,
        topics: [...unit.inputs.keys()],
        window: Math.min(maxBatch, muchAtOnce) * 2,
        windowBytes: unit.head.stage.window.bytes,
        commitEveryMs: showsByCommit(unit) ? promptCommitMs : context.commitEveryMs,
        drainMs,
        skips: body.shape === 'keyed-effect' ? undefined : body.skips,
      },
      this,
    )
  }

  start(): Promise<void> {
    return this.#member.join()
  }

  async stop(): Promise<void> {
    await this.#member.leave()
  }

  health(): RunnerHealth {
    return {
      stageId: this.#unit.head.stage.id,
      idle: this.#member.idle,
      oldestRunningSinceMs: this.#running?.sinceMs ?? null,
      lastContactMs: this.#member.lastContactMs(),
    }
  }

  async assigned(): Promise<void> {}

  taken(records: readonly Taken[]): void {
    const [first] = records
    if (!first) return
    const waiting = this.#waiting.get(first.partition)
    if (waiting) waiting.push(...records)
    else this.#waiting.set(first.partition, [...records])
    if (this.#looksAhead && this.#isFull()) this.#member.hold()
    if (this.#planned) return
    this.#planned = true
    // When all that is handed over in this turn is here: it is of several partitions, and makes one batch.
    queueMicrotask(() => {
      this.#planned = false
      this.#next()
    })
  }

  async released(partitions: readonly Partition[]): Promise<void> {
    for (const partition of partitions) this.#waiting.delete(partition)
    this.#leaveAhead()
    // What made it enough may have gone with them.
    this.#member.goOn()
    const concerned = () =>
      this.#running?.taken.some(({ partition }) => partitions.includes(partition)) === true
    if (!concerned()) return
    // The running batch may finish within the drain; then it is given up, and redone by the next owner.
    const cancel = this.#context.clock.after(this.#unit.head.stage.drainMs, () =>
      this.#running?.abort.abort(),
    )
    while (concerned()) await this.#batchEnds
    cancel()
  }

  #next(): void {
    if (this.#running) {
      this.#lookAhead()
      return
    }
    if (!this.#ahead && (this.#waiting.size === 0 || this.#lingers())) return
    const batch = this.#ahead ?? this.#begun()
    this.#ahead = undefined
    this.#running = batch
    this.#member.goOn()
    this.#last = { sinceMs: batch.sinceMs, records: batch.taken.length }
    this.#batchEnds = this.#run(batch).then(() => {
      this.#running = undefined
      this.#next()
    })
  }

  /** A full batch only: what would join one that is not full gets through sooner with those that come meanwhile. */
  #lookAhead(): void {
    if (!this.#looksAhead || !this.#appending || this.#ahead || !this.#isFull()) return
    this.#ahead = this.#begun()
  }

  #leaveAhead(): void {
    const ahead = this.#ahead
    if (!ahead) return
    this.#ahead = undefined
    // It may be half decided.
    ahead.abort.abort()
    this.#putBack(ahead.taken)
  }

  /** The next of what waits, on its way. */
  #begun(): Batch {
    const sinceMs = this.#context.clock.now()
    const taken = this.#compose()
    const abort = new AbortController()
    const outbox = this.#decide(taken, abort.signal)
    // Whoever appends it hears of it; when it is left nobody does.
    outbox.catch(() => {})
    return { taken, sinceMs, outbox, abort }
  }

  #isFull(): boolean {
    let waiting = 0
    for (const { length } of this.#waiting.values()) {
      if (length >= this.#enough) return true
      waiting += length
    }
    return waiting >= this.#most
  }

  /**
   * True while it is too early for a batch that is not full. A batch has costs of its own (a commit, a
   * transaction), so under load it pays to let some milliseconds of records come together, and the more the fuller the
   * batch before was; a record that comes after a rest is taken at once.
   */
  #lingers(): boolean {
    const { clock, maxBatch } = this.#context
    const { min, max } = this.#unit.head.stage.lingerMs
    const fullness = Math.min(this.#last.records / Math.min(maxBatch, muchAtOnce), 1)
    // whole milliseconds, as a clock that is moved to them tells them on
    const lingerMs = Math.round(min + (max - min) * fullness)
    const restMs = this.#last.sinceMs + lingerMs - clock.now()
    if (restMs <= 0 || this.#isFull()) {
      this.#cancelLinger?.()
      this.#cancelLinger = undefined
      return false
    }
    this.#cancelLinger ??= clock.after(restMs, () => {
      this.#cancelLinger = undefined
      this.#next()
    })
    return true
  }

  /**
   * Up to as many records as a batch may have, the oldest first over all partitions: what belongs together on several topics (a
   * delivery and its receipt) was appended within milliseconds, and costs a batch effect less when it comes together.
   */
  #compose(): readonly Taken[] {
    const batch = oldestFirst([...this.#waiting.values()], this.#most)
    for (const [partition, waiting] of this.#waiting) {
      if (waiting.length === 0) this.#waiting.delete(partition)
    }
    return batch
  }

  async #run({ taken, sinceMs, outbox, abort: { signal } }: Batch): Promise<void> {
    const { clock, meter } = this.#context
    try {
      await this.#through(taken, signal, outbox)
      meter.batch(this.#unit.head.stage.id, taken.length, clock.now() - sinceMs)
    } catch (error) {
      if (!signal.aborted) {
        // Not even the dead letters could be written: nothing is settled, so nothing is lost by waiting.
        meter.trouble(this.#unit.head.stage.id, 'a batch cannot be written, trying again', error)
        await clock.sleep(this.#context.brokerBackoff.maxBackoffMs, signal)
      }
      // What follows the batch first, so that the batch comes before it.
      this.#leaveAhead()
      this.#putBack(taken)
    }
  }

  /** The guarantee: output acknowledged by the log first, only then settled, and so committed. */
  async #through(
    batch: readonly Taken[],
    signal: AbortSignal,
    decided = this.#decide(batch, signal),
  ): Promise<void> {
    const outbox = await decided
    try {
      await this.#append(outbox, signal)
    } catch (error) {
      if (signal.aborted) throw error
      await this.#narrow(batch, error, signal)
      return
    }
    for (const taken of batch) this.#member.settle(taken)
  }

  #decide(batch: readonly Taken[], signal: AbortSignal): Promise<Outbox> {
    const records = batch.map(({ record }) => record)
    return this.#step.run(records, signal)
  }

  async #append(outbox: Outbox, signal: AbortSignal): Promise<void> {
    const appended = outbox.flush(this.#unit.head.stage.id, signal)
    if (!this.#looksAhead) return appended
    // In a later turn: what the log is to acknowledge meanwhile must be on its way first.
    const cancel = this.#context.clock.after(0, () => {
      this.#appending = true
      this.#lookAhead()
    })
    try {
      await appended
    } finally {
      cancel()
      this.#appending = false
    }
  }

  /** The log refuses the output for good (a record too large): finds whose it is, in order, and buries it. */
  async #narrow(batch: readonly Taken[], cause: unknown, signal: AbortSignal): Promise<void> {
    const [only] = batch
    if (batch.length === 1 && only) {
      await this.#step.bury(only.record, cause).flush(this.#unit.head.stage.id, signal)
      this.#member.settle(only)
      return
    }
    const middle = batch.length >> 1
    await this.#through(batch.slice(0, middle), signal)
    await this.#through(batch.slice(middle), signal)
  }

  /** Given up for a partition that went: the records of those that stayed come first again. */
  #putBack(batch: readonly Taken[]): void {
    for (const partition of new Set(batch.map((taken) => taken.partition))) {
      if (!partition.open) continue
      const again = batch.filter(
        (taken) => taken.partition === partition && !partition.tracker.isFinished(taken.place),
      )
      this.#waiting.set(partition, [...again, ...(this.#waiting.get(partition) ?? [])])
    }
  }
}
