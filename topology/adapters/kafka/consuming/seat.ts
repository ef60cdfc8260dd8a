import type { StoredRecord } from '../../../contract/record.ts'
import type { OwnedPartition } from '../../../ports/broker.ts'

/** A partition that a member has, in one term of ownership. */
export interface Seat {
  readonly owned: OwnedPartition
  /** `open`: its records are fetched and handed over. While `revoking` its owner may still commit. */
  phase: 'assigning' | 'open' | 'revoking' | 'gone'
  /** Where the next fetch begins. */
  position: number
  paused: boolean
  /** Fetched, and not handed over yet. */
  buffer: StoredRecord[]
}
