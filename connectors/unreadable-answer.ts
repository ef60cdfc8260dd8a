import type { HttpAnswer, SendOutcome } from './contract.ts'
import { retryAfterMs } from './retry-after.ts'

/**
 * An answer that is not in the platform's own form: from a proxy, a balancer, or cut short. A redirect or a 4xx
 * was turned away before it could be accepted; a 2xx, a 408 and a 5xx may stand before a message that was.
 */
export function unreadableAnswer({ status, headers }: HttpAnswer): SendOutcome {
  const detail = `HTTP ${status} without a readable body`
  if (status < 300 || status >= 500 || status === 408) return { kind: 'unknown', detail }

  const reason = status === 429 ? 'throttled-sender' : 'transient'
  const afterMs = retryAfterMs(headers)
  return afterMs === undefined
    ? { kind: 'retry', reason, detail }
    : { kind: 'retry', reason, detail, afterMs }
}
