import { isRetryable } from '../contract/errors.ts'
import type { Headers, Position, StoredRecord } from '../contract/record.ts'
import type { AvroName, Emit, Input, PortTypes } from '../contract/stage.ts'
import { retrying } from './backoff.ts'
import type { RunnerContext } from './context.ts'
import { buried, codeOf, reasonOf } from './dead-letter.ts'
import { Outbox } from './outbox.ts'
import type { Step, Unit } from './unit.ts'

type AnyInput = Input<PortTypes>
type AnyEmit = Emit<PortTypes>

/** An input on its way through the fused steps of a unit. */
interface Item {
  readonly input: AnyInput
  readonly type: AvroName
  /** Null on an inline edge: the value was never bytes. */
  readonly bytes: Uint8Array | null
}

const lookupBackoff = { minBackoffMs: 100, maxBackoffMs: 5_000 }

/**
 * Takes a batch through a unit: decode once, every fused step over the whole batch, encode once. What
 * comes out, dead letters included, is in the outbox, in the order of the records; nothing is appended
 * here. Rejects only when the signal aborts while a store is away.
 */
export class BatchStep {
  readonly #unit: Unit
  readonly #context: RunnerContext

  constructor(unit: Unit, context: RunnerContext) {
    this.#unit = unit
    this.#context = context
  }

  async run(records: readonly StoredRecord[], signal: AbortSignal): Promise<Outbox> {
    const outbox = new Outbox(this.#context)
    const items = await this.#decode(records, outbox, signal)
    await this.#through(this.#unit.head, items, outbox, this.#context.clock.now(), signal)
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
    for (const record of records) {
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

  async #through(
    step: Step,
    items: readonly Item[],
    outbox: Outbox,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (items.length === 0) return
    const emitted = await this.#act(step, items, outbox, nowMs, signal)
    const inner = new Map<Step, Item[]>(step.inner.map((each) => [each, []]))
    const counts = new Map<string, number>()
    for (let index = 0; index < items.length; index++) {
      const item = items[index]
      const emits = emitted[index]
      if (!item || !emits) continue // its step failed on it: it is buried already
      this.#route(step, item, emits, inner, counts, outbox)
    }
    for (const [port, count] of counts) this.#context.meter.emitted(step.stage.id, port, count)
    for (const [next, waiting] of inner) await this.#through(next, waiting, outbox, nowMs, signal)
  }

  /** All emits of one record, or none of them and a dead letter. */
  #route(
    step: Step,
    item: Item,
    emits: readonly AnyEmit[],
    inner: ReadonlyMap<Step, Item[]>,
    counts: Map<string, number>,
    outbox: Outbox,
  ): void {
    const { value, headers } = item.input
    const origin = { value, type: item.type, bytes: item.bytes, headers }
    const records = outbox.records.length
    const timers = outbox.timers.length
    try {
      for (const emit of emits) {
        const target = outbox.target(step, emit.to)
        if (target?.append) outbox.add(step, target, emit, origin)
      }
    } catch (error) {
      outbox.records.length = records
      outbox.timers.length = timers
      this.#buryItem(step, item, error, outbox)
      return
    }
    for (const emit of emits) {
      const target = step.outputs.get(emit.to)
      if (!target?.inline) continue
      const next = outbox.headers(step, target, emit, headers)
      const same = emit.value === value && item.type === target.type
      const { port, step: reader } = target.inline
      const bytes = same ? item.bytes : null
      const { timestampMs, position } = item.input
      inner
        .get(reader)
        ?.push(itemOf(port, target.type, emit.value, bytes, emit.key, next, timestampMs, position))
    }
    for (const { to } of emits) counts.set(to, (counts.get(to) ?? 0) + 1)
  }

  /** What the step's body makes of each item; undefined where it failed on the item, which is then buried. */
  async #act(
    step: Step,
    items: readonly Item[],
    outbox: Outbox,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<readonly (readonly AnyEmit[] | undefined)[]> {
    const { body } = step
    const context = { nowMs }
    if (body.shape === 'transform') {
      return this.#decided(step, items, ({ input }) => body.run(input, context), outbox, signal)
    }
    if (body.shape === 'keyed-effect')
      throw new Error(`${step.stage.id} runs in lanes, not batches`)
    const work = (some: readonly Item[]) => {
      const inputs = some.map(({ input }) => input)
      return body.shape === 'lookup' ? body.load(inputs, context) : body.act(inputs, context)
    }
    const found = await this.#loaded<unknown>(step, items, work, outbox, signal)
    if (body.shape === 'batch-effect') {
      return found.map((fact) => fact && (fact.value as readonly AnyEmit[]))
    }
    const decide = ({ input }: Item, index: number) => {
      const fact = found[index]
      return fact && body.decide(input, fact.value, context)
    }
    return this.#decided(step, items, decide, outbox, signal)
  }

  /**
   * The pure part, record by record. What throws would throw again and is buried; but for bytes inside the
   * record whose schema is not known yet, which waits until the registry has told it.
   */
  async #decided(
    step: Step,
    items: readonly Item[],
    decide: (item: Item, index: number) => readonly AnyEmit[] | undefined,
    outbox: Outbox,
    signal: AbortSignal,
  ): Promise<readonly (readonly AnyEmit[] | undefined)[]> {
    const emitted: (readonly AnyEmit[] | undefined)[] = []
    for (const [index, item] of items.entries()) {
      try {
        emitted.push(decide(item, index))
      } catch (error) {
        emitted.push(await this.#decidedLater(step, item, index, decide, error, outbox, signal))
      }
    }
    return emitted
  }

  async #decidedLater(
    step: Step,
    item: Item,
    index: number,
    decide: (item: Item, index: number) => readonly AnyEmit[] | undefined,
    thrown: unknown,
    outbox: Outbox,
    signal: AbortSignal,
  ): Promise<readonly AnyEmit[] | undefined> {
    const { codec } = this.#context
    try {
      if (!isRetryable(thrown)) throw thrown
      return await this.#patiently(
        () => codec.learnPending().then(() => decide(item, index)),
        step,
        signal,
      )
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
    outbox: Outbox,
    signal: AbortSignal,
  ): Promise<readonly ({ readonly value: Fact } | undefined)[]> {
    try {
      const facts = await this.#patiently(() => work(items), step, signal)
      if (facts.length === items.length) return facts.map((value) => ({ value }))
      throw new Error(
        `${step.stage.use} answered ${facts.length} facts for ${items.length} records`,
      )
    } catch (error) {
      if (signal.aborted) throw error
      const [only] = items
      if (items.length === 1 && only) {
        this.#buryItem(step, only, error, outbox)
        return [undefined]
      }
      const middle = items.length >> 1
      const first = await this.#loaded(step, items.slice(0, middle), work, outbox, signal)
      const second = await this.#loaded(step, items.slice(middle), work, outbox, signal)
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
    const bytes = item.bytes ?? this.#context.codec.encode(item.type, item.input.value)
    this.#bury(step, item.input, bytes, item.input.position, error, outbox)
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

function itemOf(
  port: string,
  type: AvroName,
  value: unknown,
  bytes: Uint8Array | null,
  key: string,
  headers: Headers,
  timestampMs: number,
  position: Position,
): Item {
  // The codec decoded it as `type`, and the check has matched the type with the port.
  const input = { port, key, value, headers, timestampMs, position } as AnyInput
  return { input, type, bytes }
}
