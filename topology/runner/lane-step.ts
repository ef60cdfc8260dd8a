import { isRetryable } from '../contract/errors.ts'
import type { Attempt, Emit, Input, KeyedEffect, PortTypes } from '../contract/stage.ts'
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

/** One attempt on the first entry of a lane, and what follows from it. Never rejects. */
export class LaneStep {
  readonly #unit: Unit
  readonly #context: RunnerContext
  readonly #groups: Groups
  readonly #body: KeyedEffect<PortTypes, PortTypes>
  readonly #log: SharedAppend
  readonly #now: () => number

  constructor(unit: Unit, context: RunnerContext, groups: Groups) {
    const { body, stage } = unit.head
    if (body.shape !== 'keyed-effect') throw new Error(`${stage.id} is no keyed effect`)
    this.#unit = unit
    this.#context = context
    this.#groups = groups
    this.#body = body
    this.#log = new SharedAppend(context.broker)
    this.#now = () => context.clock.now()
  }

  async attempt(lane: Lane, entry: Entry): Promise<Verdict> {
    const ending = await this.#end(lane, entry)
    const { id } = this.#unit.head.stage
    const { clock, meter, brokerBackoff } = this.#context
    try {
      if (ending.kind !== 'done') return await this.#conclude(lane, entry, ending)
      await this.#flush(lane, entry, ending.emit, null)
      return settled
    } catch (error) {
      // The log would not take the output (or the slot is being revoked): the entry stays, and so does its place.
      meter.trouble(id, 'an attempt could not be concluded, it will be made again', error)
      entry.firstHeldMs ??= clock.now()
      return { kind: 'asleep', forMs: brokerBackoff.maxBackoffMs }
    }
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
      entry.input ??= this.#decode(entry)
      lane.group = this.#body.group(entry.input)
    } catch {
      // Its attempt will find out why.
    }
  }

  async #end(lane: Lane, entry: Entry): Promise<Ending> {
    const { clock, meter } = this.#context
    try {
      entry.input ??= await this.#patientDecode(entry)
    } catch (error) {
      // The registry may be away: then it is not the record's fault.
      if (isRetryable(error)) return { kind: 'hold', reason: codeOf(error) }
      return { kind: 'undecodable', error }
    }
    const { input } = entry
    const nowMs = clock.now()
    try {
      lane.group = this.#body.group(input)
      const wait = this.#groups.wait(lane.group, nowMs)
      if (wait) return { kind: 'hold', reason: wait.reason, afterMs: wait.untilMs - nowMs }
      entry.attempts++
      const ending = await this.#body.act(input, {
        nowMs,
        now: this.#now,
        attempt: entry.attempts,
        epoch: entry.taken.partition.owned.epoch,
        signal: lane.slot.abort.signal,
      })
      meter.attempt(this.#unit.head.stage.id, ending.kind, clock.now() - nowMs)
      return ending
    } catch (error) {
      meter.trouble(this.#unit.head.stage.id, 'an attempt threw, its lane is held', error)
      return { kind: 'hold', reason: codeOf(error) }
    }
  }

  /** A schema id seen for the first time is asked for, once. */
  async #patientDecode(entry: Entry): Promise<AnyInput> {
    try {
      return this.#decode(entry)
    } catch (error) {
      if (!isRetryable(error)) throw error
    }
    const { topic, value } = entry.taken.record
    const type = this.#source(topic)?.type
    if (type && value) await this.#context.codec.learn(type, [value])
    return this.#decode(entry)
  }

  #decode({ taken: { record } }: Entry): AnyInput {
    const { topic, key, headers, timestampMs, value: bytes } = record
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
  ): Promise<void> {
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
