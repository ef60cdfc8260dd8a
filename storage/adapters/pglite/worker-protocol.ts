import type { Chat4AllError, ErrorCode, Explanation } from '../../../topology/contract/errors.ts'
import type { SqlParam, Statement } from '../../ports/sql.ts'

/** What crosses to the thread that PGlite runs in. `id` numbers the question, and comes back with its answer. */
export type Asked =
  | {
      readonly kind: 'query'
      readonly id: number
      readonly text: string
      readonly params: readonly SqlParam[]
    }
  | { readonly kind: 'batch'; readonly id: number; readonly statements: readonly Statement[] }
  /** Answered by the end of the thread. */
  | { readonly kind: 'close' }

export type Told =
  | { readonly kind: 'open' }
  /** The thread ends after it. */
  | { readonly kind: 'not-open'; readonly error: CarriedError }
  | { readonly kind: 'rows'; readonly id: number; readonly rows: readonly object[] }
  | { readonly kind: 'failed'; readonly id: number; readonly error: CarriedError }

/** An error class does not survive the crossing; these do. */
export interface CarriedError {
  readonly code: ErrorCode
  readonly explanation: Explanation
}

export const carried = ({ code, explanation }: Chat4AllError): CarriedError => ({
  code,
  explanation,
})
