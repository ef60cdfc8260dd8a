import { participantKey } from '../domain/keys.ts'
import type { Fallback, Receipt } from '../schemas/types.ts'
import type { DeliveryView } from '../storage/ports/history.ts'

/** Tells that a delivery will not be sent, since the message goes to another channel. */
export function fallenBackReceipt(
  { message, participantId, channel }: Fallback,
  { deliveryId, account, part, attempts }: DeliveryView,
  observedAt: number,
) {
  const { tenant, conversationId, messageId } = message
  const value: Receipt = {
    tenant,
    channel,
    account,
    conversationId,
    participantId,
    deliveryId,
    messageId,
    part,
    providerMessageId: null,
    kind: 'failed',
    reason: 'fallen-back',
    detail: 'It was not delivered in time, and goes to another channel.',
    attempt: attempts,
    possibleDuplicate: false,
    watermark: null,
    providerAt: null,
    observedAt,
    calledAt: null,
    source: 'fallback',
  }
  return {
    to: 'receipts',
    key: participantKey(tenant, conversationId, participantId),
    value,
  } as const
}
