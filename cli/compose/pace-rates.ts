import type { PaceRates } from '../../stages/pace.ts'
import type { Rate } from '../../storage/ports/rate-limits.ts'

/** The figures of a channel's `limits` that set its pace. */
export function paceRates(limits: Readonly<Record<string, number>>): PaceRates {
  const { accountPerMinute, accountBurst } = limits
  const { conversationPerMinute, conversationBurst, groupPerMinute, groupBurst } = limits
  return {
    account: rateOf(accountPerMinute, accountBurst),
    conversation: rateOf(conversationPerMinute, conversationBurst),
    group: rateOf(groupPerMinute, groupBurst),
  }
}

/** Unless it is said, what a second brings may come at once. */
function rateOf(perMinute: number | undefined, burst: number | undefined): Rate | null {
  if (perMinute === undefined || perMinute === 0) return null
  const perSecond = perMinute / 60
  return { perSecond, burst: Math.max(1, burst ?? perSecond) }
}
