import type { AvroTypes } from '../../schemas/types.ts'
import type { Headers, Position } from './record.ts'

export type AvroName = keyof AvroTypes & string
/** Port name to the name of the Avro type it carries. `'*'` stands for ports that only pipeline.yaml names. */
export type PortTypes = Readonly<Record<string, AvroName>>

/** One input record, decoded. `port` says through which input it came. */
export type Input<In extends PortTypes> = {
  readonly [Port in keyof In & string]: InputOf<
    Port extends '*' ? string : Port,
    AvroTypes[In[Port]]
  >
}[keyof In & string]

interface InputOf<Port extends string, Value> {
  readonly port: Port
  readonly key: string
  readonly value: Value
  readonly headers: Headers
  /** When the record was appended, in milliseconds since 1970 UTC. */
  readonly timestampMs: number
  /**
   * For logs and reports, and for a batch effect to know a batch that comes again. No identity of what the record says:
   * redrive and inlining change it. In a batch, those of one partition grow.
   */
  readonly position: Position
}

/**
 * A value for one of the stage's outputs. The engine carries the input's headers along;
 * `headers` adds to them. With `dueMs` the record waits in the timer store until then
 * under `timerId`, which must be derived from the record's identity.
 */
export type Emit<Out extends PortTypes> = {
  readonly [Port in keyof Out & string]: EmitTo<
    Port extends '*' ? string : Port,
    AvroTypes[Out[Port]]
  >
}[keyof Out & string]

interface EmitTo<Port extends string, Value> {
  readonly to: Port
  readonly key: string
  readonly value: Value
  readonly headers?: Headers
  readonly dueMs?: number
  readonly timerId?: string
}

export interface StageContext {
  /** The batch's clock, in milliseconds since 1970 UTC; fixed in tests and replays. */
  readonly nowMs: number
}

/** A stage that most records do not concern may say so before they are decoded, which is most of what they would cost it. */
export interface Skipping {
  /** True for a record that nothing would be emitted for: it counts as finished. Synchronous, cheap, and never throws. */
  skips?(key: string): boolean
}

/**
 * Pure and synchronous: throwing would throw again, so its record goes to the dead letters at once. Only a
 * retryable error waits: the schema behind bytes inside the record is fetched, and the record run again.
 */
export interface Transform<In extends PortTypes, Out extends PortTypes> extends Skipping {
  readonly shape: 'transform'
  run(record: Input<In>, context: StageContext): readonly Emit<Out>[]
}

/**
 * Batched reads or claims first, then a pure decision. `load` is repeated when it fails, so it must
 * be idempotent; it answers one fact per record, in order.
 */
export interface Lookup<In extends PortTypes, Out extends PortTypes, Fact> extends Skipping {
  readonly shape: 'lookup'
  load(batch: readonly Input<In>[], context: StageContext): Promise<readonly Fact[]>
  decide(record: Input<In>, fact: Fact, context: StageContext): readonly Emit<Out>[]
}

/** What became of one attempt of an effect. */
export type Attempt<Out extends PortTypes> =
  | { readonly kind: 'done'; readonly emit: readonly Emit<Out>[] }
  /**
   * Not yet: the lane sleeps, later records of the key wait behind it. `afterMs` is the outside's own
   * hint and wins over the policy's back-off. `whole` says that the group (the account), not only this key, must wait.
   */
  | {
      readonly kind: 'hold'
      readonly reason: string
      readonly afterMs?: number
      readonly whole?: boolean
      /** Emitted once per record and reason, so that people can see the wait. */
      readonly emit?: readonly Emit<Out>[]
    }
  /** No attempt can help: kept in the dead letters, and the lane goes on. */
  | { readonly kind: 'dead'; readonly reason: string; readonly emit: readonly Emit<Out>[] }

/** Acts on the outside, one record at a time per key. A throw counts as `hold`. */
export interface KeyedEffect<In extends PortTypes, Out extends PortTypes> {
  readonly shape: 'keyed-effect'
  /** Keys of one group share a budget of held records (an account), so one dead account cannot stop the others. */
  group(record: Input<In>): string
  /** When the record's end (expiry, longest wait) is reached while it waits; asked before it is parked and when a park ends. */
  giveUp(record: Input<In>, reason: string, context: StageContext): readonly Emit<Out>[]
  act(record: Input<In>, context: EffectContext): Promise<Attempt<Out>>
  /**
   * Asked when partitions are given up and no attempt on them runs any more: writes down what attempts left
   * unwritten, since nobody here comes back to them. Repeated while it throws and the drain lasts.
   */
  drain?(context: StageContext): Promise<void>
}

/** `nowMs` is when the attempt began. */
export interface EffectContext extends StageContext {
  /** The engine's clock, for what happens after a call: milliseconds since 1970 UTC. */
  now(): number
  /** From 1, counted since this process took the record up. */
  readonly attempt: number
  /** Grows with each term of ownership of the partition: fences a predecessor that is still running. */
  readonly epoch: number
  /** Aborts when the partition is revoked or the process drains. */
  readonly signal: AbortSignal
}

/** Acts on the outside with a whole batch. Repeated as a whole when it throws, so it must be idempotent. */
export interface BatchEffect<In extends PortTypes, Out extends PortTypes> extends Skipping {
  readonly shape: 'batch-effect'
  /** Emits per record, in the batch's order. */
  act(
    batch: readonly Input<In>[],
    context: StageContext,
  ): Promise<readonly (readonly Emit<Out>[])[]>
}

export type StageBody<In extends PortTypes, Out extends PortTypes> =
  | Transform<In, Out>
  // The fact's type is the lookup's own business: the engine only carries it from load to decide.
  | Lookup<In, Out, unknown>
  | KeyedEffect<In, Out>
  | BatchEffect<In, Out>

/** One option of `with`, from which checks, editor schema and reference page are made. */
export interface Option {
  readonly type: 'string' | 'number' | 'boolean' | 'duration' | 'size' | 'string[]'
  readonly doc: string
  readonly default?: string | number | boolean | readonly string[]
  readonly required?: boolean
  readonly oneOf?: readonly string[]
}

/** `with` of pipeline.yaml after its check: durations in milliseconds, sizes in bytes, defaults filled in. */
export type Settings = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>

export interface StageSetup<Tools> {
  readonly id: string
  readonly settings: Settings
  /** The output ports that pipeline.yaml wires, so that a stage with `'*'` knows which it has. */
  readonly outputs: readonly string[]
  /** What the composition root gives: storage ports, connectors, derivations of ids. */
  readonly tools: Tools
}

/** What `use` in pipeline.yaml names. */
export interface StageType<In extends PortTypes, Out extends PortTypes, Tools> {
  readonly name: string
  readonly doc: string
  readonly shape: StageBody<In, Out>['shape']
  readonly in: In
  readonly out: Out
  readonly options: Readonly<Record<string, Option>>
  create(setup: StageSetup<Tools>): StageBody<In, Out>
}

/** Checks a definition's types where it is written; adds nothing at run time. */
export function defineStage<const In extends PortTypes, const Out extends PortTypes, Tools>(
  stage: StageType<In, Out, Tools>,
): StageType<In, Out, Tools> {
  return stage
}
