import type { Status } from './status.ts'

/** How a call ends. */
export interface CallStatus {
  readonly code: Status
  /** For people; any characters. */
  readonly details: string
  /** Trailing metadata, names in lower case; those of bytes end in `-bin`. */
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>
}
