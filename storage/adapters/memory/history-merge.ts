import type { Receipt, Rejection } from '../../../schemas/types.ts'
import type { DeliveryRef, ResolvedReceipt } from '../../ports/history.ts'
import { compare, type Fact } from './history-view.ts'

/**
 * What happens when a fact is told twice. Each rule picks one of the two by what they say, never by
 * which came first, so that repeated and reordered batches end in the same tables. The SQL of
 * adapters/postgres says the same; the property test holds the two together.
 */
export function earlierFact(a: Fact, b: Fact): Fact {
  return factOrder(a, b) <= 0 ? a : b
}

/** Equal keys are one fact: a webhook that a platform posts twice differs only in when we saw it. */
export const factKey = ({ kind, attempt, providerAt, reason }: Fact): string =>
  `${kind}\0${attempt}\0${providerAt ?? 0}\0${reason ?? ''}`

function factOrder(a: Fact, b: Fact): number {
  return (
    a.observedAt - b.observedAt ||
    compare(a.detail ?? '', b.detail ?? '') ||
    Number(a.possibleDuplicate) - Number(b.possibleDuplicate) ||
    compare(a.providerMessageId ?? '', b.providerMessageId ?? '')
  )
}

export function earlierRejection(a: Rejection, b: Rejection): Rejection {
  return rejectionOrder(a, b) <= 0 ? a : b
}

function rejectionOrder(a: Rejection, b: Rejection): number {
  return (
    a.rejectedAt - b.rejectedAt ||
    compare(a.stage, b.stage) ||
    compare(a.reason, b.reason) ||
    compare(a.scope, b.scope) ||
    compare(a.detail, b.detail)
  )
}

export const factOf = ({ receipt }: ResolvedReceipt): Fact => ({
  kind: receipt.kind,
  reason: receipt.reason,
  detail: receipt.detail,
  attempt: receipt.attempt,
  providerAt: receipt.providerAt,
  observedAt: receipt.observedAt,
  providerMessageId: idOfSend(receipt),
  possibleDuplicate: receipt.possibleDuplicate,
})

/** The platform's id of a channel message, and whose it is. */
export interface SentRef extends DeliveryRef {
  readonly tenant: string
  readonly account: string
  readonly providerMessageId: string
  /** The platform's time of the sent fact, or when our call to it began. */
  readonly sentAt: number
}

/**
 * Only an accepted send names its id: later receipts repeat it, and are not made to carry it, which
 * would be a third of their row.
 */
const idOfSend = ({ kind, providerMessageId }: Receipt): string | null =>
  kind === 'sent' || kind === 'settled' ? providerMessageId : null

export function sentRefOf({ receipt, delivery }: ResolvedReceipt): SentRef | undefined {
  const providerMessageId = idOfSend(receipt)
  if (providerMessageId === null) return undefined
  return {
    tenant: receipt.tenant,
    account: receipt.account,
    providerMessageId,
    sentAt: sentAtOf(receipt),
    deliveryId: delivery.deliveryId,
    messageId: delivery.messageId,
    conversationId: delivery.conversationId,
    participantId: delivery.participantId,
    channel: delivery.channel,
    part: delivery.part,
  }
}

/** The platform's time, or when our call began, or at last when we saw it. */
export const sentAtOf = ({ providerAt, calledAt, observedAt }: Receipt): number =>
  providerAt ?? calledAt ?? observedAt

export const earlierSentRef = (a: SentRef, b: SentRef): SentRef => (a.sentAt <= b.sentAt ? a : b)

/** How many of a participant's latest deliveries one watermark looks at: it bounds the work per webhook. */
export const watermarkReach = 1000
