import { deliveryIdOf, providerIdIn } from '../domain/ids.ts'
import { participantKey } from '../domain/keys.ts'
import type { HubReason } from '../domain/reasons.ts'
import type { Delivery, Message, Recipient } from '../schemas/types.ts'
import { defineStage, type StageSetup } from '../topology/contract/stage.ts'
import { deliveryParts, type Part } from './delivery-parts.ts'
import { rejectionOf } from './rejection.ts'
import type { StageTools } from './tools.ts'

interface Refusal {
  readonly reason: HubReason
  readonly detail: string
}

interface DeliveryEmit {
  readonly to: string
  readonly key: string
  readonly value: Delivery
}

/**
 * One delivery for each recipient and part, on the port named like the recipient's channel. All or
 * nothing: a message that cannot go to one of its people is rejected, and says to whom, rather than
 * reaching some of them unnoticed.
 */
export const route = defineStage({
  name: 'route',
  doc: 'Makes one delivery for each recipient and part, cut and degraded to what the channel shows. Its output ports are named like channels.',
  shape: 'transform',
  in: { in: 'EnrichedMessage' },
  out: { '*': 'Delivery', rejected: 'Rejection' },
  options: {},

  create(setup: StageSetup<StageTools>) {
    const { channels, content } = setup.tools
    const served = new Set(setup.outputs.filter((port) => port !== 'rejected'))

    const legOf = (message: Message, recipient: Recipient): DeliveryEmit[] | Refusal => {
      const { channel, account } = recipient
      const capabilities = served.has(channel) ? channels.capabilities(channel) : undefined
      if (!capabilities) {
        return refusal('channel-not-served', `This hub sends nothing on channel '${channel}'.`)
      }
      if (!channels.hasAccount(channel, message.tenant, account)) {
        return refusal('unknown-account', `Channel '${channel}' has no account '${account}'.`)
      }
      const parts = deliveryParts(message, capabilities, content)
      if (typeof parts !== 'string') return deliveriesOf(message, recipient, parts)
      const what = `Channel '${channel}' cannot show content of type '${message.contentKind}'`
      return refusal('kind-not-served', `${what}: ${parts}`)
    }

    return {
      shape: 'transform',
      run({ key, value: { message, recipients } }, { nowMs }) {
        let emits: DeliveryEmit[] = []
        for (const recipient of recipients) {
          const leg = legOf(message, recipient)
          if ('reason' in leg) {
            const { reason, detail } = leg
            const value = rejectionOf(message, 'message', setup.id, reason, detail, nowMs)
            return [{ to: 'rejected', key, value }]
          }
          if (emits.length === 0) emits = leg
          else emits.push(...leg)
        }
        return emits
      },
    }
  },
})

const refusal = (reason: HubReason, detail: string): Refusal => ({ reason, detail })

/** Parts share a key, so a later part never overtakes an earlier one. */
function deliveriesOf(
  message: Message,
  recipient: Recipient,
  parts: readonly Part[],
): DeliveryEmit[] {
  const key = participantKey(message.tenant, message.conversationId, recipient.participantId)
  return parts.map((part, index) => ({
    to: recipient.channel,
    key,
    value: deliveryOf(message, recipient, part, index, parts.length),
  }))
}

function deliveryOf(
  message: Message,
  { participantId, channel, account, address }: Recipient,
  { contentKind, content }: Part,
  part: number,
  parts: number,
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
    replyTo: quoted ?? null,
    answers,
    senderId: message.direction === 'inbound' ? message.senderId : null,
    digest: message.digest,
    contentKind,
    content,
    seal: message.seal,
  }
}
