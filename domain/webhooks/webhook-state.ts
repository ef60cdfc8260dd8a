import type { Webhook, WebhookHealth } from '../../schemas/types.ts'

/** An endpoint, and how its calls go; undefined while none of them ever failed. */
export interface WebhookState {
  readonly webhook: Webhook
  readonly health: WebhookHealth | undefined
}

/**
 * Two logs say together whether an endpoint is called, because two write them: its owner, and the stage that calls it. Neither
 * writes over the other, and enabling it later than the hub gave up makes that void.
 */
export function disabledOf({ webhook, health }: WebhookState): Disabled | undefined {
  if (webhook.disabledAt !== null) return { at: webhook.disabledAt, reason: 'owner' }
  const at = health?.disabledAt ?? null
  if (at === null || at < webhook.enabledAt) return undefined
  return { at, reason: health?.reason ?? 'failing' }
}

export interface Disabled {
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** owner, gone or failing. */
  readonly reason: string
}

/** Since when every call has failed; null while they do not. What failed before it was enabled is forgiven. */
export function failingSinceOf({ webhook, health }: WebhookState): number | null {
  const since = health?.failingSince ?? null
  return since !== null && since >= webhook.enabledAt ? since : null
}
