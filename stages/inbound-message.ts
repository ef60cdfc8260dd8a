import type { Inbound } from '../connectors/contract.ts'
import { type Ids, inboundMessageId, inboundSubmissionId } from '../domain/ids.ts'
import type { InboundItem, Message } from '../schemas/types.ts'
import type { AddressIds } from './address-ids.ts'
import type { ContentCodec, OwnAccount } from './tools.ts'

/**
 * What a person wrote, in canonical form. `nth` counts what one item held. Every id is derived: the same
 * record read again gives the same message, and a webhook that the platform repeats gives the same
 * message as another submission, which dedup ends.
 */
export function inboundMessage(
  item: InboundItem,
  nth: number,
  inbound: Extract<Inbound, { kind: 'message' }>,
  { id: account, tenant }: OwnAccount,
  /** Of the person; `conversationId` is that of the chat, where they wrote in one. */
  { conversationId, participantId }: Pick<AddressIds, 'conversationId' | 'participantId'>,
  ids: Pick<Ids, 'digest'>,
  codec: ContentCodec,
): Message {
  const { channel, receivedAt } = item
  const { address, content, providerMessageId, conversationId: named } = inbound
  const replyTo = inbound.replyTo ?? null
  return {
    messageId: inboundMessageId(channel, account, providerMessageId),
    submissionId: inboundSubmissionId(item.bodyHash, item.index, nth, receivedAt),
    tenant,
    // One that is named is enrich's to look at, which knows who is in it.
    conversationId,
    direction: 'inbound',
    senderId: participantId,
    channel,
    account,
    address,
    acceptedAt: receivedAt,
    expiresAt: null,
    sendAt: null,
    fallback: [],
    humanAgent: false,
    replyTo,
    providerMessageId,
    metadata: {},
    digest: ids.digest(
      JSON.stringify([channel, account, address, replyTo, content, ...(named ? [named] : [])]),
    ),
    contentKind: content.type,
    content: codec.encode(content),
    seal: null,
    origin: originOf(inbound),
  }
}

function originOf(inbound: Extract<Inbound, { kind: 'message' }>): Message['origin'] {
  const { displayName, otherAddress, chat, conversationId } = inbound
  const told = displayName ?? otherAddress ?? chat ?? conversationId
  if (told === undefined) return null
  return {
    displayName: displayName ?? null,
    otherAddress: otherAddress ?? null,
    chat: chat ?? null,
    conversationId: conversationId ?? null,
  }
}
