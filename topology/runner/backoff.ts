import type { Clock } from '../ports/clock.ts'

/** Full jitter: anywhere between nothing and the doubled step, so that many waiters do not come back together. */
export function backoffMs(
  attempt: number,
  { minBackoffMs, maxBackoffMs }: { readonly minBackoffMs: number; readonly maxBackoffMs: number },
  random: () => number,
): number {
  const ceiling = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt - 1, 30))
  // Never quite nothing, or a broken endpoint would be asked in a tight loop.
  return Math.max(1, Math.round(minBackoffMs / 2 + random() * (ceiling - minBackoffMs / 2)))
}

export interface RetryOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly signal: AbortSignal
  readonly policy: { readonly minBackoffMs: number; readonly maxBackoffMs: number }
  /** False ends it: the error is thrown to the caller. */
  readonly again: (error: unknown) => boolean
  readonly onFailure: (error: unknown) => void
}

/** Repeats until it succeeds, the error is not worth repeating, or the signal aborts (then the last error is thrown). */
export async function retrying<Value>(
  task: () => Promise<Value>,
  options: RetryOptions,
): Promise<Value> {
  try {
    return await task()
  } catch (error) {
    return await retryingAfter(error, task, options)
  }
}

/** The same for a task that was begun once already, and failed so: what is done for each record takes its options only then. */
export async function retryingAfter<Value>(
  failure: unknown,
  task: () => Promise<Value>,
  { clock, random, signal, policy, again, onFailure }: RetryOptions,
): Promise<Value> {
  let error = failure
  for (let attempt = 1; ; attempt++) {
    if (!again(error) || signal.aborted) throw error
    onFailure(error)
    await clock.sleep(backoffMs(attempt, policy, random), signal)
    if (signal.aborted) throw error
    try {
      return await task()
    } catch (next) {
      error = next
    }
  }
}
