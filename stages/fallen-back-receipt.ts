import { participantKey } from '../domain/keys.ts'
import { unsentReceipt } from '../domain/unsent-receipt.ts'
import type { Fallback } from '../schemas/types.ts'
import type { DeliveryView } from '../storage/ports/history.ts'

/** Tells that a delivery will not be sent, since the message goes to another channel. */
export function fallenBackReceipt(
  { message, participantId }: Fallback,
  delivery: DeliveryView,
  observedAt: number,
) {
  const detail = 'It was not delivered in time, and goes to another channel.'
  const told = { reason: 'fallen-back', detail, source: 'fallback', observedAt } as const
  return {
    to: 'receipts',
    key: participantKey(message.tenant, message.conversationId, participantId),
    value: unsentReceipt(message, delivery, told),
  } as const
}
