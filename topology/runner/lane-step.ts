import { isRetryable } from '../contract/errors.ts'
import type {
  Attempt,
  EffectContext,
  Emit,
  Input,
  KeyedEffect,
  PortTypes,
} from '../contract/stage.ts'
import { backoffMs, retrying } from './backoff.ts'
import type { RunnerContext } from './context.ts'
import { buried, codeOf, reasonOf } from './dead-letter.ts'
import type { Groups } from './groups.ts'
import type { Entry, Lane } from './lane.ts'
import { Outbox } from './outbox.ts'
import { SharedAppend } from './shared-append.ts'
import type { Unit } from './unit.ts'

/** What becomes of a lane after an attempt on its first entry. */
export type Verdict =
  /** The entry is finished, and its output is in the log. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'asleep'; readonly forMs: number }
  | { readonly kind: 'park' }

const settled: Verdict = { kind: 'settled' }

type AnyInput = Input<PortTypes>
type AnyEmit = Emit<PortTypes>
type Ending = Attempt<PortTypes> | { readonly kind: 'undecodable'; readonly error: unknown }

/** One attempt on the first entry of a lane, and what follows from it. */
export class LaneStep {
  readonly #unit: Unit
  readonly #context: RunnerContext
  readonly #groups: Groups
  readonly #ended: (lane: Lane, entry: Entry, verdict: Verdict) => void
  readonly #body: KeyedEffect<PortTypes, PortTypes>
  readonly #log: SharedAppend
  readonly #now: () => number

  /** `ended` is told what becomes of a lane, and must not throw. */
  constructor(
    unit: Unit,
    context: RunnerContext,
    groups: Groups,
    ended: (lane: Lane, entry: Entry, verdict: Verdict) => void,
  ) {
    const { body, stage } = unit.head
    if (body.shape !== 'keyed-effect') throw new Error(`${stage.id} is no keyed effect`)
    this.#unit = unit
    this.#context = context
    this.#groups = groups
    this.#ended = ended
    this.#body = body
    this.#log = new SharedAppend(context.broker)
    this.#now = () => context.clock.now()
  }

  /**
   * Makes the attempt, and tells `ended` of it, never before this returns: lanes of a group that waits would else end one
   * within another. Never rejects. All waits of an attempt that goes well stand here, since each function that waits for
   * another is garbage for each record.
   */
  async attempt(lane: Lane, entry: Entry): Promise<void> {
    const { id } = this.#unit.head.stage
    const { clock, meter, brokerBackoff } = this.#context
    let ending: Ending
    try {
      const input = this.#read(lane, entry) ?? (await this.#learnt(lane, entry))
      const nowMs = clock.now()
      const wait = this.#waitOf(lane, input, nowMs)
      if (wait) ending = wait
      else {
        entry.attempts++
        ending = await this.#body.act(input, this.#contextOf(lane, entry, nowMs))
        meter.attempt(id, ending.kind, clock.now() - nowMs)
      }
    } catch (error) {
      ending = await this.#thrown(error)
    }
    let verdict: Verdict
    try {
      if (ending.kind === 'done') {
        await this.#flush(lane, entry, ending.emit, null)
        verdict = settled
      } else verdict = await this.#conclude(lane, entry, ending)
    } catch (error) {
      // The log would not take the output (or the slot is being revoked): the entry stays, and so does its place.
      meter.trouble(id, 'an attempt could not be concluded, it will be made again', error)
      entry.firstHeldMs ??= clock.now()
      verdict = { kind: 'asleep', forMs: brokerBackoff.maxBackoffMs }
    }
    this.#ended(lane, entry, verdict)
  }

  /** Lets the stage write down what attempts left over, for as long as the drain lasts. Never rejects. */
  async drain(signal: AbortSignal): Promise<void> {
    const body = this.#body
    const { stage } = this.#unit.head
    const { clock, random, meter, brokerBackoff: policy } = this.#context
    const drain = async () => body.drain?.({ nowMs: clock.now() })
    const onFailure = (error: unknown) =>
      meter.trouble(stage.id, 'an attempt left something unwritten, trying again', error)
    const options = { clock, random, signal, policy, again: isRetryable, onFailure }
    await retrying(drain, options).catch((error: unknown) =>
      meter.trouble(stage.id, 'an attempt left something unwritten', error),
    )
  }

  /** Learns the lane's group before its first attempt, where its first record can be read without asking anyone. */
  foresee(lane: Lane, entry: Entry): void {
    try {
      entry.input ??= this.#decode(lane, entry)
      lane.group = this.#body.group(entry.input)
    } catch {
      // Its attempt will find out why.
    }
  }

  /** Undefined where a schema has to be learnt first. */
  #read(lane: Lane, entry: Entry): AnyInput | undefined {
    try {
      entry.input ??= this.#decode(lane, entry)
      return entry.input
    } catch (error) {
      if (!isRetryable(error)) throw new Unreadable(error)
      return undefined
    }
  }

  /** A schema id seen for the first time is asked for, once. */
  async #learnt(lane: Lane, entry: Entry): Promise<AnyInput> {
    const { topic, value } = entry.taken.record
    const type = this.#source(topic)?.type
    try {
      if (type && value) await this.#context.codec.learn(type, [value])
      entry.input = this.#decode(lane, entry)
      return entry.input
    } catch (error) {
      throw new Unreadable(error)
    }
  }

  /** What the lane's whole group waits for. */
  #waitOf(lane: Lane, input: AnyInput, nowMs: number): Ending | undefined {
    lane.group = this.#body.group(input)
    const wait = this.#groups.wait(lane.group, nowMs)
    return wait && { kind: 'hold', reason: wait.reason, afterMs: wait.untilMs - nowMs }
  }

  #contextOf(lane: Lane, entry: Entry, nowMs: number): EffectContext {
    return {
      nowMs,
      now: this.#now,
      attempt: entry.attempts,
      epoch: entry.taken.partition.owned.epoch,
      signal: lane.slot.abort.signal,
    }
  }

  #thrown(error: unknown): Ending {
    if (error instanceof Unreadable) {
      const { cause } = error
      // The registry may be away: then it is not the record's fault.
      return isRetryable(cause)
        ? { kind: 'hold', reason: codeOf(cause) }
        : { kind: 'undecodable', error: cause }
    }
    const { meter } = this.#context
    meter.trouble(this.#unit.head.stage.id, 'an attempt threw, its lane is held', error)
    return { kind: 'hold', reason: codeOf(error) }
  }

  #decode(lane: Lane, { taken: { record } }: Entry): AnyInput {
    // Not the record's own key, which it may have to make from its bytes.
    const { key } = lane
    const { topic, headers, timestampMs, value: bytes } = record
    const source = this.#source(topic)
    if (!source || !bytes)
      throw new Error(`a record of ${topic} without a value has no effect to take`)
    const value = this.#context.codec.decode(source.type, bytes)
    // Decoded as the port's type, which the check matched with the topic's.
    return { port: source.port, key, value, headers, timestampMs, position: record } as AnyInput
  }

  /** A park holds the records of the stage's own input. */
  #source(topic: string) {
    return this.#unit.inputs.get(topic) ?? [...this.#unit.inputs.values()][0]
  }

  async #conclude(
    lane: Lane,
    entry: Entry,
    ending: Exclude<Ending, { kind: 'done' }>,
  ): Promise<Verdict> {
    if (ending.kind === 'dead') {
      await this.#flush(lane, entry, ending.emit, {
        code: 'C4A_STAGE_FAILED',
        reason: ending.reason,
      })
      return settled
    }
    if (ending.kind === 'undecodable') {
      const { error } = ending
      await this.#flush(lane, entry, [], { code: codeOf(error), reason: reasonOf(error) })
      return settled
    }
    return this.#hold(lane, entry, ending)
  }

  /** Sleeps, parks or gives up, by how long it has been held. */
  async #hold(
    lane: Lane,
    entry: Entry,
    { reason, afterMs, whole, emit }: Extract<Ending, { kind: 'hold' }>,
  ): Promise<Verdict> {
    const { clock, random, meter } = this.#context
    const { stage } = this.#unit.head
    const nowMs = clock.now()
    entry.firstHeldMs ??= nowMs
    meter.held(stage.id, reason)
    const policy = entry.parked ? (stage.park ?? stage.retry) : stage.retry
    const forMs = afterMs ?? backoffMs(entry.attempts, policy, random)
    if (whole && lane.group !== null) this.#groups.hold(lane.group, nowMs + forMs, reason)
    if (emit && !entry.told?.has(reason)) {
      await this.#flush(lane, entry, emit, null)
      entry.told ??= new Set()
      entry.told.add(reason)
    }
    const heldMs = nowMs - entry.firstHeldMs + forMs
    const patienceMs = entry.parked && stage.park ? stage.park.maxAgeMs : stage.retry.holdMs
    if (heldMs <= patienceMs) return { kind: 'asleep', forMs }
    if (!entry.parked && stage.park && stage.retry.then === 'park') return { kind: 'park' }
    const last = entry.input ? this.#body.giveUp(entry.input, reason, { nowMs }) : []
    await this.#flush(lane, entry, last, {
      code: 'C4A_STAGE_FAILED',
      reason: `held too long: ${reason}`,
    })
    return settled
  }

  /** Appends the emits, and with `dead` the record's dead letter. */
  #flush(
    lane: Lane,
    entry: Entry,
    emits: readonly AnyEmit[],
    dead: { readonly code: string; readonly reason: string } | null,
  ): Promise<unknown> {
    const { id } = this.#unit.head.stage
    const outbox = new Outbox(this.#context)
    let letter = dead
    try {
      this.#fill(outbox, entry, emits)
    } catch (error) {
      // What the stage emits is not fit for its port: the effect has happened, so its record is kept for people.
      outbox.records.length = 0
      outbox.timers.length = 0
      letter = { code: codeOf(error), reason: reasonOf(error) }
    }
    if (letter) {
      const { record } = entry.taken
      const { meter, clock } = this.#context
      meter.dead(id, letter.code)
      const { key, value, headers } = record
      const attempts = entry.attempts
      const nowMs = clock.now()
      // What the stage has said about it itself must not be contradicted.
      const tell = outbox.records.length === 0
      const whole = {
        stageId: id,
        key,
        value,
        headers,
        position: record,
        attempts,
        nowMs,
        ...letter,
      }
      outbox.records.push(...buried(whole, tell, this.#context))
    }
    return outbox.flush(id, lane.slot.abort.signal, this.#log)
  }

  #fill(outbox: Outbox, entry: Entry, emits: readonly AnyEmit[]): void {
    const { input, taken } = entry
    const { head, inputs } = this.#unit
    const type = (inputs.get(taken.record.topic) ?? [...inputs.values()][0])?.type ?? ''
    const { headers, value: bytes } = taken.record
    const origin = { value: input?.value, type, bytes, headers }
    for (const emit of emits) {
      const target = outbox.target(head, emit.to)
      if (!target) continue
      if (target.append) outbox.add(head, target, emit, origin)
      this.#context.meter.emitted(head.stage.id, emit.to, 1)
    }
  }
}

/** Not the attempt's trouble: the record could not be read, for the cause. */
class Unreadable extends Error {
  constructor(cause: unknown) {
    super('unreadable', { cause })
  }
}
