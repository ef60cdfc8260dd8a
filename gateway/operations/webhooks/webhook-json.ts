import { instant } from '../../../domain/instant.ts'
import {
  disabledOf,
  failingSinceOf,
  type WebhookState,
} from '../../../domain/webhooks/webhook-state.ts'
import type { WebhookAttempt } from '../../../schemas/types.ts'

/** An endpoint as the API shows it: never its secret. */
export interface WebhookJson {
  readonly webhookId: string
  readonly url: string
  readonly description?: string | undefined
  readonly types: readonly string[]
  readonly channels: readonly string[]
  readonly conversations: readonly string[]
  readonly enabled: boolean
  readonly disabledAt?: string | undefined
  readonly disabledReason?: string | undefined
  readonly failingSince?: string | undefined
  readonly formerSecretUntil?: string | undefined
  readonly createdAt: string
  readonly createdBy: string
}

/** A line of an endpoint's delivery log. */
export interface WebhookAttemptJson {
  readonly eventId: string
  readonly type: string
  readonly attempt: number
  readonly outcome: string
  readonly at: string
  readonly tookMs: number
  readonly status?: number | undefined
  readonly detail?: string | undefined
  readonly nextAt?: string | undefined
  /** The redelivery it belongs to. */
  readonly redelivery?: string | undefined
}

export function webhookJson(state: WebhookState, nowMs: number): WebhookJson {
  const { webhook } = state
  const disabled = disabledOf(state)
  const failingSince = failingSinceOf(state)
  const { formerSecretUntil } = webhook
  const rotates = formerSecretUntil !== null && formerSecretUntil > nowMs
  return {
    webhookId: webhook.webhookId,
    url: webhook.url,
    description: webhook.description ?? undefined,
    types: webhook.types,
    channels: webhook.channels,
    conversations: webhook.conversations,
    enabled: disabled === undefined,
    disabledAt: disabled && instant(disabled.at),
    disabledReason: disabled?.reason,
    failingSince: failingSince === null ? undefined : instant(failingSince),
    formerSecretUntil: rotates ? instant(formerSecretUntil) : undefined,
    createdAt: instant(webhook.createdAt),
    createdBy: webhook.createdBy,
  }
}

export function webhookAttemptJson(attempt: WebhookAttempt): WebhookAttemptJson {
  return {
    eventId: attempt.eventId,
    type: attempt.type,
    attempt: attempt.attempt,
    outcome: attempt.outcome,
    at: instant(attempt.at),
    tookMs: attempt.tookMs,
    status: attempt.status ?? undefined,
    detail: attempt.detail ?? undefined,
    nextAt: attempt.nextAt === null ? undefined : instant(attempt.nextAt),
    redelivery: attempt.round === '' ? undefined : attempt.round,
  }
}
