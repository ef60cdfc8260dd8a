import { webhookCallKey } from '../../domain/keys.ts'
import type { WebhookState } from '../../domain/webhooks/webhook-state.ts'
import type { Event, Webhook, WebhookCall, WebhookHealth } from '../../schemas/types.ts'
import { inputOf, nowMs } from './run-stage.ts'

export const hook = (
  fields: Partial<Webhook> = {},
  health: Partial<WebhookHealth> | null = null,
): WebhookState => {
  const webhook: Webhook = {
    tenant: 'default',
    webhookId: 'wh_1',
    url: 'https://client.example/events',
    description: null,
    types: [],
    channels: [],
    conversations: [],
    secretVersion: 1,
    formerSecretUntil: null,
    enabledAt: nowMs - 3_600_000,
    disabledAt: null,
    createdAt: nowMs - 3_600_000,
    createdBy: 'key1',
    ...fields,
  }
  const { tenant, webhookId } = webhook
  const none = { tenant, webhookId, failingSince: null, disabledAt: null, reason: null }
  return { webhook, health: health === null ? undefined : { ...none, ...health } }
}

export const eventOf = (fields: Partial<Event> = {}): Event => ({
  eventId: 'e'.repeat(32),
  tenant: 'default',
  type: 'delivery.sent',
  occurredAt: nowMs,
  messageId: 'm1',
  submissionId: null,
  conversationId: 'c1',
  participantId: null,
  deliveryId: null,
  channel: 'whatsapp',
  status: 'sent',
  reason: null,
  detail: null,
  data: null,
  ...fields,
})

export function callOf(fields: Partial<WebhookCall> = {}) {
  const call: WebhookCall = {
    tenant: 'default',
    webhookId: 'wh_1',
    eventId: 'e'.repeat(32),
    type: 'delivery.sent',
    body: '{"eventId":"e"}',
    round: '',
    attempt: 1,
    feedPartition: 3,
    feedOffset: 7,
    ...fields,
  }
  return inputOf('in', call, webhookCallKey(call.tenant, call.webhookId, 'c1'))
}
