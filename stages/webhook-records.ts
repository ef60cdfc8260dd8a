import { eventIdOf, timerIdOf } from '../domain/ids.ts'
import { instant } from '../domain/instant.ts'
import { conversationKey, webhookKey } from '../domain/keys.ts'
import type { WebhookState } from '../domain/webhooks/webhook-state.ts'
import type { Event, WebhookAttempt, WebhookCall, WebhookHealth } from '../schemas/types.ts'

type Told = Pick<WebhookAttempt, 'outcome' | 'at' | 'tookMs' | 'status' | 'detail' | 'nextAt'>

/** A line of the endpoint's delivery log. */
export function attemptEmit(call: WebhookCall, told: Told) {
  const { tenant, webhookId, eventId, type, round, attempt, feedPartition, feedOffset } = call
  const known = { tenant, webhookId, eventId, type, round, attempt, feedPartition, feedOffset }
  const value: WebhookAttempt = { ...known, ...told }
  return { to: 'attempts', key: webhookKey(tenant, webhookId), value } as const
}

/** The same call again, later. Its timer's id is derived: an attempt that is concluded twice comes back once. */
export function againEmit(key: string, call: WebhookCall, dueMs: number) {
  const { webhookId, eventId, round } = call
  const attempt = call.attempt + 1
  const timerId = timerIdOf('webhook', webhookId, eventId, round, String(attempt))
  return { to: 'again', key, value: { ...call, attempt }, dueMs, timerId } as const
}

export function healthEmit(
  { webhook: { tenant, webhookId } }: WebhookState,
  fields: Omit<WebhookHealth, 'tenant' | 'webhookId'>,
) {
  const value: WebhookHealth = { tenant, webhookId, ...fields }
  return { to: 'health', key: webhookKey(tenant, webhookId), value } as const
}

/** Told once for each time that it was enabled, however many attempts find out together. */
export function disabledEmit(
  { webhook }: WebhookState,
  reason: 'gone' | 'failing',
  failingSince: number | null,
  nowMs: number,
) {
  const { tenant, webhookId, url } = webhook
  const value: Event = {
    eventId: eventIdOf('webhook.disabled', tenant, webhookId, String(webhook.enabledAt)),
    tenant,
    type: 'webhook.disabled',
    occurredAt: nowMs,
    messageId: null,
    submissionId: null,
    conversationId: null,
    participantId: null,
    deliveryId: null,
    channel: null,
    status: null,
    reason,
    detail: sentences[reason],
    data: JSON.stringify({
      webhookId,
      url,
      ...(failingSince !== null && { failingSince: instant(failingSince) }),
    }),
  }
  return { to: 'events', key: conversationKey(tenant, webhookId), value } as const
}

const sentences = {
  gone: 'The endpoint answered 410: it wants no more. Enable it again to go on.',
  failing:
    'Every call to the endpoint has failed for days. Mend it, enable it, and have what it missed sent again.',
} as const
