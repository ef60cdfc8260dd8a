import type { Inbound } from '../connectors/contract.ts'
import { readEcho } from '../domain/echo.ts'
import type { InboundItem, Receipt } from '../schemas/types.ts'
import type { OwnAccount } from './tools.ts'

/**
 * What a platform reports. Which delivery it is about is only known here where the platform echoed our
 * mark; for others status-update finds it, and with it the conversation, which may be a group's.
 */
export function inboundReceipt(
  { channel, receivedAt }: InboundItem,
  inbound: Extract<Inbound, { kind: 'receipt' }>,
  { id: account, tenant }: OwnAccount,
  participantId: string | null,
): Receipt {
  const echo = inbound.echo === null ? undefined : readEcho(inbound.echo)
  return {
    tenant,
    channel,
    account,
    conversationId: null,
    participantId,
    deliveryId: echo?.deliveryId ?? null,
    messageId: echo?.messageId ?? null,
    part: null,
    providerMessageId: inbound.providerMessageId,
    kind: inbound.status,
    reason: inbound.reason,
    detail: inbound.detail,
    attempt: echo?.attempt ?? 0,
    possibleDuplicate: false,
    watermark: inbound.watermarkMs,
    providerAt: inbound.atMs,
    observedAt: receivedAt,
    calledAt: null,
    source: 'webhook',
  }
}
