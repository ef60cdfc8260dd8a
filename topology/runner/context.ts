import type { NewRecord } from '../contract/record.ts'
import type { Broker } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { Codec } from '../ports/codec.ts'
import type { Meter } from '../ports/meter.ts'
import type { TimerStore } from '../ports/timers.ts'
import type { DeadLetter } from './dead-letter.ts'

/** What every part of the runner works with: the ports, and nothing global. */
export interface RunnerContext {
  readonly broker: Broker
  readonly codec: Codec
  readonly clock: Clock
  readonly timers: TimerStore
  readonly meter: Meter
  /**
   * What is to be told when a record is buried and its stage has told nothing: appended together with the dead
   * letter. It knows what the records mean, which the engine does not.
   */
  readonly onDead?: (letter: DeadLetter) => readonly NewRecord[]
  /** 0 up to 1; seeded in tests. */
  readonly random: () => number
  /** Revision of the pipeline, written on every record. */
  readonly revision: string
  /** Records of one batch at most; as soon as so many wait, nobody waits for more. */
  readonly maxBatch: number
  /** The same where much waits already, for what acts on the outside a batch at a time; `maxBatch` where absent. */
  readonly maxEffectBatch?: number
  /** Records that a unit of transforms decides in one turn of the event loop; 500 where absent. */
  readonly maxPerTurn?: number
  /**
   * Whether a unit that only transforms decides its next full batch while the log acknowledges the one before. It takes the
   * memory of a second batch, and pays where the log is in other processes.
   */
  readonly decidesAhead?: boolean
  /** How long settled records may wait for their commit, milliseconds. */
  readonly commitEveryMs: number
  /** How long the log may refuse appends before its back-off is at its longest, and such. Milliseconds. */
  readonly brokerBackoff: { readonly minBackoffMs: number; readonly maxBackoffMs: number }
}
