import type { Input, PortTypes } from '../contract/stage.ts'
import type { Taken } from './member.ts'
import type { Parking } from './parking.ts'

/** A record that waits for its turn in a lane. */
export interface Entry {
  readonly taken: Taken
  /** It came from the park topic: it keeps its place there until it is finished. */
  readonly parked: boolean
  /** Undefined until its first attempt decodes it. */
  input: Input<PortTypes> | undefined
  attempts: number
  /** Since when it has been held back, milliseconds since 1970 UTC; null when it has not been. */
  firstHeldMs: number | null
  /** Reasons already told to those who watch; undefined while there are none, as for nearly every record. */
  told: Set<string> | undefined
}

/**
 * The records of one key, in order. One attempt runs at a time, always on the first entry.
 *
 * ready -> running -> (finished: ready with the next entry, or gone when there is none)
 *                  -> (held: asleep -> ready)
 *                  -> (held too long: its entries move to the park topic, and the lane is gone)
 */
export interface Lane {
  readonly key: string
  readonly slot: Slot
  readonly entries: Entry[]
  state: 'ready' | 'running' | 'asleep'
  /** Whose budget its held records count against; null before the first attempt. */
  group: string | null
  /** The group as it was when its attempt began: decoding may tell another one meanwhile. */
  runsAs: string | null
  /** Cancels the sleep. */
  wake: () => void
}

/** Partition p of the unit's topics and of its park topic: always owned together. */
export interface Slot {
  readonly number: number
  readonly lanes: Map<string, Lane>
  readonly parking: Parking
  /** Aborts attempts that outlive the drain of a revoke. */
  readonly abort: AbortController
  /** How many attempts and parkings are under way. */
  under: number
  /** Called when none is any more. */
  whenIdle: () => void
  open: boolean
}
