import type { Message, Receipt } from '../schemas/types.ts'

type Unsent = Pick<Receipt, 'deliveryId' | 'participantId' | 'channel' | 'account' | 'part'> & {
  readonly attempts: number
}

/** Tells that a delivery was taken back before any platform had it, and will not be sent. */
export function unsentReceipt(
  { tenant, conversationId, messageId }: Pick<Message, 'tenant' | 'conversationId' | 'messageId'>,
  { deliveryId, participantId, channel, account, part, attempts }: Unsent,
  told: Pick<Receipt, 'reason' | 'detail' | 'source' | 'observedAt'>,
): Receipt {
  return {
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
    attempt: attempts,
    possibleDuplicate: false,
    watermark: null,
    providerAt: null,
    calledAt: null,
    ...told,
  }
}
