import { eventIdOf } from '../domain/ids.ts'
import { namedStatus, rankOf, statusOfRank } from '../domain/status.ts'
import type { Event, Receipt } from '../schemas/types.ts'
import type { DeliveryRef } from '../storage/ports/history.ts'

const types: Readonly<Record<string, string>> = {
  held: 'delivery.held',
  unknown: 'delivery.unknown',
  sent: 'delivery.sent',
  failed: 'delivery.failed',
  delivered: 'delivery.delivered',
  read: 'delivery.read',
  played: 'delivery.read',
}

/**
 * What a client hears of a receipt; nothing where it says nothing new. The id comes from what happened,
 * so that the same told twice (a webhook repeated, a batch done again) is one event to whoever looks at ids.
 */
export function deliveryEvent(receipt: Receipt, delivery: DeliveryRef): Event | undefined {
  const { kind, tenant, reason } = receipt
  const type = types[kind]
  if (type === undefined) return undefined
  // `deliver` tells that something was sent, from the answer or from the ledger: the platform's own
  // `sent` would say it a second time.
  if (kind === 'sent' && receipt.source === 'webhook') return undefined
  // These may happen more than once to a delivery, and each is news.
  const repeats = kind === 'held' || kind === 'unknown'
  const nth = repeats ? `${receipt.attempt}/${reason ?? ''}` : ''
  return {
    eventId: eventIdOf(type, tenant, delivery.deliveryId, nth),
    tenant,
    type,
    occurredAt: receipt.providerAt ?? receipt.observedAt,
    messageId: delivery.messageId,
    submissionId: null,
    conversationId: delivery.conversationId,
    participantId: delivery.participantId,
    deliveryId: delivery.deliveryId,
    channel: delivery.channel,
    status: namedStatus(statusOfRank(rankOf(kind)), reason),
    reason,
    detail: receipt.detail,
    data: null,
  }
}
