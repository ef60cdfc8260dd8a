import { deliveryIdOf, providerIdIn } from '../domain/ids.ts'
import { participantKey } from '../domain/keys.ts'
import type { HubReason } from '../domain/reasons.ts'
import type { Delivery, Message, Recipient } from '../schemas/types.ts'
import { deliveryParts, type Part } from './delivery-parts.ts'
import type { StageTools } from './tools.ts'

/** Why a channel cannot be used for a message. */
export interface Refusal {
  readonly reason: HubReason
  readonly detail: string
}

/** For the port named like the channel. */
export interface DeliveryEmit {
  readonly to: string
  readonly key: string
  readonly value: Delivery
}

/** `hasNext`: another channel is tried when this one does not deliver. `senderName`: what they read begins with it; null: with nothing. */
export type LegDeliveries = (
  message: Message,
  recipient: Recipient,
  hasNext: boolean,
  senderName: string | null,
) => DeliveryEmit[] | Refusal

/** What one person gets of a message on one channel, in parts where it must be cut. `served` are the channels that there is a port for. */
export function legDeliveries(
  { channels, content }: Pick<StageTools, 'channels' | 'content'>,
  served: ReadonlySet<string>,
): LegDeliveries {
  return (message, recipient, hasNext, senderName) => {
    const { channel, account } = recipient
    const capabilities = served.has(channel) ? channels.capabilities(channel) : undefined
    if (!capabilities) {
      return refusal('channel-not-served', `This hub sends nothing on channel '${channel}'.`)
    }
    if (!channels.hasAccount(channel, message.tenant, account)) {
      return refusal('unknown-account', `Channel '${channel}' has no account '${account}'.`)
    }
    // Who shows the name beside the message needs none in it.
    const [within, beside] = capabilities.showsWriter ? [null, senderName] : [senderName, null]
    const parts = deliveryParts(message, capabilities, content, within)
    if (typeof parts !== 'string') return deliveriesOf(message, recipient, parts, hasNext, beside)
    const what = `Channel '${channel}' cannot show content of type '${message.contentKind}'`
    return refusal('kind-not-served', `${what}: ${parts}`)
  }
}

const refusal = (reason: HubReason, detail: string): Refusal => ({ reason, detail })

/** Parts share a key, so a later part never overtakes an earlier one. */
function deliveriesOf(
  message: Message,
  recipient: Recipient,
  parts: readonly Part[],
  hasNext: boolean,
  senderName: string | null,
): DeliveryEmit[] {
  const key = participantKey(message.tenant, message.conversationId, recipient.participantId)
  return parts.map((part, index) => ({
    to: recipient.channel,
    key,
    value: deliveryOf(message, recipient, part, index, parts.length, hasNext, senderName),
  }))
}

function deliveryOf(
  message: Message,
  { participantId, channel, account, address }: Recipient,
  { contentKind, content }: Part,
  part: number,
  parts: number,
  fallback: boolean,
  senderName: string | null,
): Delivery {
  const { tenant, messageId, replyTo } = message
  // What the person wrote has the platform's id in ours; of what they got the ledger knows it.
  const answered = part === 0 ? replyTo : null
  const quoted = answered === null ? undefined : providerIdIn(answered, channel, account)
  const answers =
    answered === null ? null : deliveryIdOf(tenant, answered, participantId, 0, channel)
  return {
    deliveryId: deliveryIdOf(tenant, messageId, participantId, part, channel),
    messageId,
    submissionId: message.submissionId,
    tenant,
    conversationId: message.conversationId,
    participantId,
    channel,
    account,
    address,
    part,
    parts,
    acceptedAt: message.acceptedAt,
    expiresAt: message.expiresAt,
    sendAt: message.sendAt,
    fallback,
    humanAgent: message.humanAgent,
    replyTo: quoted ?? null,
    answers,
    senderId: message.direction === 'inbound' ? message.senderId : null,
    senderName,
    digest: message.digest,
    contentKind,
    content,
    seal: message.seal,
  }
}
