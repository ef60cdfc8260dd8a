import type { Delivery, Receipt } from '../schemas/types.ts'

/** What we ourselves saw happen to a delivery. */
export interface OwnFact {
  readonly kind: 'sent' | 'unknown' | 'failed' | 'held'
  /** From 1; 0 where no attempt was made. */
  readonly attempt: number
  readonly reason: string | null
  readonly detail: string | null
  readonly providerMessageId: string | null
  readonly possibleDuplicate: boolean
}

export const sentFact = (
  attempt: number,
  providerMessageId: string,
  possibleDuplicate: boolean,
): OwnFact => ({
  kind: 'sent',
  attempt,
  reason: null,
  detail: null,
  providerMessageId,
  possibleDuplicate,
})

export const troubleFact = (
  kind: 'unknown' | 'failed' | 'held',
  attempt: number,
  reason: string,
  detail: string | null,
): OwnFact => ({
  kind,
  attempt,
  reason,
  detail,
  providerMessageId: null,
  possibleDuplicate: false,
})

/** @param calledAt when the turn began that the fact comes from */
export function deliveryReceipt(
  delivery: Delivery,
  fact: OwnFact,
  calledAt: number,
  observedAt: number,
): Receipt {
  return {
    tenant: delivery.tenant,
    channel: delivery.channel,
    account: delivery.account,
    conversationId: delivery.conversationId,
    participantId: delivery.participantId,
    deliveryId: delivery.deliveryId,
    messageId: delivery.messageId,
    part: delivery.part,
    providerMessageId: fact.providerMessageId,
    kind: fact.kind,
    reason: fact.reason,
    detail: fact.detail,
    attempt: fact.attempt,
    possibleDuplicate: fact.possibleDuplicate,
    watermark: null,
    providerAt: null,
    observedAt,
    calledAt,
    source: 'connector',
  }
}
