import type { Rate } from '../../storage/ports/rate-limits.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'

/** Counts messages before anything is done about them. Throws C4A_TOO_MANY_REQUESTS when the key has sent too many. */
export type SendLimit = (caller: Caller, messages: number) => void

/** A limit for each key; the gateways share it. Asks nobody, so that accepting depends on the log alone. */
export function sendLimit(limits: GatewayTools['rateLimits'], rate: Rate | null): SendLimit {
  if (rate === null) return () => {}
  return ({ tenant, keyId }, messages) => {
    const waitMs = limits.take(`send/${tenant}/${keyId}`, messages, rate)
    if (waitMs > 0) throw tooFast(keyId, rate, waitMs)
  }
}

function tooFast(keyId: string, { perSecond, burst }: Rate, waitMs: number): Chat4AllError {
  return new Chat4AllError(
    'C4A_TOO_MANY_REQUESTS',
    {
      what: `The key '${keyId}' sends too fast`,
      why: `it may send ${perSecond} messages a second, and ${burst} at once; nothing of this request was taken`,
      todo: 'Send it again after Retry-After, unchanged',
    },
    { retryAfterMs: waitMs },
  )
}
