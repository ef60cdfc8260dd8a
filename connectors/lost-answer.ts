import { HttpFailure, type SendOutcome } from './contract.ts'

/** What a send that got no answer amounts to: safe to repeat only if certainly nothing left. */
export function lostAnswer(error: unknown): SendOutcome {
  if (error instanceof HttpFailure && !error.sent) {
    return { kind: 'retry', reason: 'transient', detail: error.message }
  }
  // Anything else that was thrown may have been thrown after bytes left.
  const detail = error instanceof HttpFailure ? error.message : 'the connector failed'
  return { kind: 'unknown', detail }
}
