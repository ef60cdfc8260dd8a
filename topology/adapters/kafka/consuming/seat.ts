import type { OwnedPartition } from '../../../ports/broker.ts'
import type { Unread } from './unread.ts'

/** A partition that a member has, in one term of ownership. */
export interface Seat {
  readonly owned: OwnedPartition
  /** `open`: its records are fetched and handed over. While `revoking` its owner may still commit. */
  phase: 'assigning' | 'open' | 'revoking' | 'gone'
  /** Where the next fetch begins. */
  position: number
  paused: boolean
  readonly unread: Unread
}
