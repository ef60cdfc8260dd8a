import type { status } from '@grpc/grpc-js'

/** How a call ends. */
export interface CallStatus {
  readonly code: status
  /** For people; any characters. */
  readonly details: string
  /** Trailing metadata, names in lower case; those of bytes end in `-bin`. */
  readonly metadata?: Readonly<Record<string, string | Uint8Array>>
}
