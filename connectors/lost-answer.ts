import type { HttpFailure, SendOutcome } from './contract.ts'

/** What a send that got no answer amounts to: safe to repeat only if certainly nothing left. */
export function lostAnswer(error: unknown): SendOutcome {
  const failure = isHttpFailure(error) ? error : undefined
  if (failure && !failure.sent) {
    return { kind: 'retry', reason: 'transient', detail: failure.message }
  }
  // Anything else that was thrown may have been thrown after bytes left.
  return { kind: 'unknown', detail: failure?.message ?? 'the connector failed' }
}

/** By its name: a connector in a package of its own has this class a second time, and the hub throws the first. */
const isHttpFailure = (error: unknown): error is HttpFailure =>
  error instanceof Error && error.name === 'HttpFailure' && 'sent' in error
