export const onUnknownPolicies = ['resend', 'hold', 'fail'] as const
export type OnUnknown = (typeof onUnknownPolicies)[number]

export interface UnknownPolicy {
  readonly onUnknown: OnUnknown
  readonly holdMaxMs: number
  readonly settleMs: number
}

export type UnknownStep =
  | { readonly kind: 'wait'; readonly afterMs: number }
  | { readonly kind: 'resend' }
  | { readonly kind: 'fail' }

/**
 * What to do about an attempt that may have been accepted. First the platform gets its time to tell,
 * where it can: its echo turns the ledger's row into `sent`, and the next claim sees it. Then the policy.
 */
export function stepAfterUnknown(
  policy: UnknownPolicy,
  settles: boolean,
  sinceMs: number,
  nowMs: number,
): UnknownStep {
  const settled = sinceMs + (settles ? policy.settleMs : 0)
  if (nowMs < settled) return { kind: 'wait', afterMs: settled - nowMs }
  if (policy.onUnknown !== 'hold') return { kind: policy.onUnknown }
  const until = sinceMs + policy.holdMaxMs
  return nowMs < until ? { kind: 'wait', afterMs: until - nowMs } : { kind: 'fail' }
}
