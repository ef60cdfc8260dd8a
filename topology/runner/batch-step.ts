import { isRetryable } from '../contract/errors.ts'
import type { Headers, Position, StoredRecord } from '../contract/record.ts'
import type { AvroName, Emit, PortTypes, StageContext } from '../contract/stage.ts'
import { retrying } from './backoff.ts'
import type { RunnerContext } from './context.ts'
import { buried, codeOf, reasonOf } from './dead-letter.ts'
import { type Item, itemOf } from './item.ts'
import { onlyTransforms } from './only-transforms.ts'
import { Outbox } from './outbox.ts'
import { Tally } from './tally.ts'
import type { Step, Unit } from './unit.ts'

type Emits = readonly Emit<PortTypes>[]

/** What a step makes of an item; undefined where it failed on the item, which is then buried. */
type Decide = (item: Item, index: number) => Emits | undefined

/** One batch on its way through the unit. */
interface Round {
  readonly outbox: Outbox
  readonly context: StageContext
  readonly signal: AbortSignal
}

const lookupBackoff = { minBackoffMs: 100, maxBackoffMs: 5_000 }

/** In the place of a fact: the step failed on the record, and it is buried already. */
const failed = Symbol('failed')

/**
 * Takes a batch through a unit: decode once, every fused step over the whole batch, or over as much of it as is done in
 * one turn, encode once. What comes out, dead letters included, is in the outbox, in the order of the records; nothing is appended
 * here. Rejects only when the signal aborts: between two turns, or while a store is away.
 */
export class BatchStep {
  readonly #unit: Unit
  readonly #context: RunnerContext
  /**
   * Records that are decided in one turn of the event loop. A batch of thousands in one go would hold up the rest of a request that is
   * on its way to the log, and what the log answers. What asks, asks for all of a batch at once.
   */
  readonly #perTurn: number

  constructor(unit: Unit, context: RunnerContext) {
    this.#unit = unit
    this.#context = context
    this.#perTurn = onlyTransforms(unit.head)
      ? (context.maxPerTurn ?? 500)
      : Number.POSITIVE_INFINITY
  }

  async run(records: readonly StoredRecord[], signal: AbortSignal): Promise<Outbox> {
    const { clock } = this.#context
    const outbox = new Outbox(this.#context)
    for (let from = 0; from < records.length; from += this.#perTurn) {
      if (from > 0) await clock.sleep(0, signal)
      signal.throwIfAborted()
      const items = await this.#decode(records.slice(from, from + this.#perTurn), outbox, signal)
      const context = { nowMs: clock.now() }
      await this.#through(this.#unit.head, items, { outbox, context, signal })
    }
    return outbox
  }

  /** An outbox with the record's dead letter: for a record whose output the log will not take. */
  bury(record: StoredRecord, cause: unknown): Outbox {
    const outbox = new Outbox(this.#context)
    this.#bury(this.#unit.head, record, record.value, record, cause, outbox)
    return outbox
  }

  async #decode(records: readonly StoredRecord[], outbox: Outbox, signal: AbortSignal) {
    const { codec } = this.#context
    const items: Item[] = []
    // By number: an iterator in an async function makes an object for each record.
    for (let nth = 0; nth < records.length; nth++) {
      const record = records[nth] as StoredRecord // within its length
      const source = this.#unit.inputs.get(record.topic)
      // A tombstone says "forget this key"; only projections act on it.
      if (!source || !record.value) continue
      const { key, headers, timestampMs, value: bytes } = record
      const { port, type } = source
      let value: unknown
      try {
        value = codec.decode(type, bytes)
      } catch (error) {
        // Only here is there anything to wait for: a promise per record would cost as much as a field's decoding.
        const later = await this.#decodedLater(record, type, bytes, error, outbox, signal)
        if (!later) continue
        value = later.value
      }
      items.push(itemOf(port, type, value, bytes, key, headers, timestampMs, record))
    }
    return items
  }

  /** A schema id seen for the first time is learnt first; whatever else is wrong buries the record. */
  async #decodedLater(
    record: StoredRecord,
    type: AvroName,
    bytes: Uint8Array,
    thrown: unknown,
    outbox: Outbox,
    signal: AbortSignal,
  ): Promise<{ readonly value: unknown } | undefined> {
    const { codec } = this.#context
    const { head } = this.#unit
    try {
      if (!isRetryable(thrown)) throw thrown
      await this.#patiently(() => codec.learn(type, [bytes]), head, signal)
      return { value: codec.decode(type, bytes) }
    } catch (error) {
      if (signal.aborted) throw error
      this.#bury(head, record, bytes, record, error, outbox)
      return undefined
    }
  }

  /**
   * A step over its items, and then the steps fused behind it over what it made of them. What is emitted is passed
   * on record by record: kept until all are decided, it would live long enough to be dear to the garbage collector.
   */
  async #through(step: Step, items: readonly Item[], round: Round): Promise<void> {
    if (items.length === 0) return
    const { id } = step.stage
    const inner = step.inner.map((): Item[] => [])
    const tally = new Tally((port, count) => this.#context.meter.emitted(id, port, count))
    const decide = await this.#decider(step, items, round)
    for (let index = 0; index < items.length; index++) {
      const item = items[index] as Item // within its length
      let emits: Emits | undefined
      try {
        emits = decide(item, index)
      } catch (error) {
        emits = await this.#decidedLater(step, item, index, decide, error, round)
      }
      if (emits) this.#route(step, item, emits, inner, tally, round.outbox)
    }
    tally.end()
    for (const [nth, next] of step.inner.entries()) {
      await this.#through(next, inner[nth] ?? [], round)
    }
  }

  /** All emits of one record, or none of them and a dead letter. */
  #route(
    step: Step,
    item: Item,
    emits: Emits,
    inner: readonly Item[][],
    tally: Tally,
    outbox: Outbox,
  ): void {
    const records = outbox.records.length
    const timers = outbox.timers.length
    try {
      for (const emit of emits) {
        const target = outbox.target(step, emit.to)
        if (target?.append) outbox.add(step, target, emit, item)
      }
    } catch (error) {
      outbox.records.length = records
      outbox.timers.length = timers
      this.#buryItem(step, item, error, outbox)
      return
    }
    for (const emit of emits) {
      tally.count(emit.to)
      const target = step.outputs.get(emit.to)
      if (!target?.inline) continue
      const { port, step: reader } = target.inline
      const headers = outbox.headers(step, target, emit, item.headers)
      // The first place of a reader of several outputs is where all of them gather.
      inner[step.inner.indexOf(reader)]?.push(
        passedOn(item, port, target.type, emit.key, emit.value, headers),
      )
    }
  }

  /** The step's pure part, for when what it asks for has been loaded. */
  async #decider(step: Step, items: readonly Item[], round: Round): Promise<Decide> {
    const { body } = step
    const { context } = round
    switch (body.shape) {
      case 'transform':
        return (item) => body.run(item, context)
      case 'lookup': {
        const load = (some: readonly Item[]) => body.load(some, context)
        const facts = await this.#loaded<unknown>(step, items, load, round)
        return (item, index) => {
          const fact = facts[index]
          return fact === failed ? undefined : body.decide(item, fact, context)
        }
      }
      case 'batch-effect': {
        const act = (some: readonly Item[]) => body.act(some, context)
        const emitted = await this.#loaded<Emits>(step, items, act, round)
        return (_, index) => {
          const emits = emitted[index]
          return emits === failed ? undefined : emits
        }
      }
      case 'keyed-effect':
        throw new Error(`${step.stage.id} runs in lanes, not batches`)
    }
  }

  /**
   * What throws in a pure part would throw again and is buried; but for bytes inside the record whose schema is not
   * known yet, which waits until the registry has told it.
   */
  async #decidedLater(
    step: Step,
    item: Item,
    index: number,
    decide: Decide,
    thrown: unknown,
    { outbox, signal }: Round,
  ): Promise<Emits | undefined> {
    const { codec } = this.#context
    try {
      if (!isRetryable(thrown)) throw thrown
      const again = () => codec.learnPending().then(() => decide(item, index))
      return await this.#patiently(again, step, signal)
    } catch (error) {
      if (signal.aborted) throw error
      this.#buryItem(step, item, error, outbox)
      return undefined
    }
  }

  /**
   * Loads for a batch: while a store is away it waits. An error that waiting cannot help is narrowed
   * down by halves to the records that cause it, so that one bad record does not stop the others.
   */
  async #loaded<Fact>(
    step: Step,
    items: readonly Item[],
    work: (items: readonly Item[]) => Promise<readonly Fact[]>,
    round: Round,
  ): Promise<readonly (Fact | typeof failed)[]> {
    const { outbox, signal } = round
    try {
      const facts = await this.#patiently(() => work(items), step, signal)
      if (facts.length === items.length) return facts
      throw new Error(
        `${step.stage.use} answered ${facts.length} facts for ${items.length} records`,
      )
    } catch (error) {
      if (signal.aborted) throw error
      const [only] = items
      if (items.length === 1 && only) {
        this.#buryItem(step, only, error, outbox)
        return [failed]
      }
      const middle = items.length >> 1
      const first = await this.#loaded(step, items.slice(0, middle), work, round)
      const second = await this.#loaded(step, items.slice(middle), work, round)
      return [...first, ...second]
    }
  }

  #patiently<Value>(task: () => Promise<Value>, step: Step, signal: AbortSignal): Promise<Value> {
    const { clock, random, meter } = this.#context
    return retrying(task, {
      clock,
      random,
      signal,
      policy: lookupBackoff,
      again: isRetryable,
      onFailure: (error) => {
        meter.held(step.stage.id, codeOf(error))
        meter.trouble(step.stage.id, 'a store or the registry is away, the batch waits', error)
      },
    })
  }

  #buryItem(step: Step, item: Item, error: unknown, outbox: Outbox): void {
    // On an inline edge the dead letter holds the record as the edge's topic would have.
    const bytes = item.bytes ?? this.#context.codec.encode(item.type, item.value)
    this.#bury(step, item, bytes, item.position, error, outbox)
  }

  #bury(
    step: Step,
    { key, headers }: { readonly key: string; readonly headers: Headers },
    value: Uint8Array | null,
    position: Position,
    error: unknown,
    outbox: Outbox,
  ): void {
    const { meter, clock } = this.#context
    const stageId = step.stage.id
    meter.dead(stageId, codeOf(error))
    meter.trouble(stageId, 'a record went to the dead letters', error)
    const letter = {
      stageId,
      key,
      value,
      headers,
      position,
      code: codeOf(error),
      reason: reasonOf(error),
      attempts: 1,
      nowMs: clock.now(),
    }
    outbox.records.push(...buried(letter, true, this.#context))
  }
}

/** What a fused step reads: the very item, where nothing has changed. */
function passedOn(
  item: Item,
  port: string,
  type: AvroName,
  key: string,
  value: unknown,
  headers: Headers,
): Item {
  const sameValue = value === item.value && type === item.type
  if (sameValue && headers === item.headers && key === item.key && port === item.port) return item
  const bytes = sameValue ? item.bytes : null
  return itemOf(port, type, value, bytes, key, headers, item.timestampMs, item.position)
}
