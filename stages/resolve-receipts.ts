import type { Delivery, Receipt } from '../schemas/types.ts'
import type { DeliveryRef, History, ProviderRef } from '../storage/ports/history.ts'

/**
 * Which deliveries each receipt is about, in the order given; none where it is not known yet. A batch
 * holds what the tables do not have yet, so it is looked at first; all other receipts are asked for at once.
 */
export async function resolveReceipts(
  receipts: readonly Receipt[],
  deliveries: readonly Delivery[],
  history: History,
): Promise<readonly (readonly DeliveryRef[])[]> {
  const own = receipts.map(ownRef)
  // Of most batches that is all, and then nothing has to be found.
  if (own.every((ref) => ref !== undefined)) return own.map((ref) => [ref])
  const known = new BatchRefs(receipts, deliveries)
  const found = receipts.map((receipt) => known.find(receipt))
  const open = receipts.filter((_, index) => found[index] === undefined)
  const stored = open.length > 0 ? await history.resolve(open.map(providerRef)) : []
  const answers = stored.values()
  return receipts.map((receipt, index) => {
    const refs = found[index]
    return refs ?? merged(answers.next().value ?? [], known.sentBefore(receipt))
  })
}

/** What the batch itself tells about deliveries. */
class BatchRefs {
  readonly #byDelivery = new Map<string, DeliveryRef>()
  readonly #byProvider = new Map<string, DeliveryRef>()
  readonly #sent: Receipt[] = []

  constructor(receipts: readonly Receipt[], deliveries: readonly Delivery[]) {
    for (const delivery of deliveries) {
      this.#byDelivery.set(deliveryKey(delivery.tenant, delivery.deliveryId), refOf(delivery))
    }
    for (const receipt of receipts) {
      const ref = ownRef(receipt)
      if (!ref || receipt.providerMessageId === null) continue
      this.#byProvider.set(providerKey(receipt), ref)
      if (receipt.kind === 'sent') this.#sent.push(receipt)
    }
  }

  find(receipt: Receipt): readonly DeliveryRef[] | undefined {
    const ref = ownRef(receipt) ?? this.#named(receipt)
    return ref && [ref]
  }

  /** A watermark covers what was sent to the person in this very batch, too. */
  sentBefore(receipt: Receipt): readonly DeliveryRef[] {
    const { watermark, participantId, tenant, channel, account } = receipt
    if (watermark === null || receipt.providerMessageId !== null) return []
    return this.#sent.flatMap((sent) => {
      const same =
        sent.participantId === participantId &&
        sent.tenant === tenant &&
        sent.channel === channel &&
        sent.account === account
      const sentAt = sent.providerAt ?? sent.calledAt ?? sent.observedAt
      return same && sentAt <= watermark ? (ownRef(sent) ?? []) : []
    })
  }

  #named({ tenant, deliveryId, ...receipt }: Receipt): DeliveryRef | undefined {
    if (deliveryId !== null) return this.#byDelivery.get(deliveryKey(tenant, deliveryId))
    if (receipt.providerMessageId === null) return undefined
    return this.#byProvider.get(providerKey({ tenant, ...receipt }))
  }
}

/** Our own receipts name everything. */
function ownRef(receipt: Receipt): DeliveryRef | undefined {
  const { deliveryId, messageId, conversationId, participantId, channel, part } = receipt
  if (deliveryId === null || messageId === null || conversationId === null) return undefined
  if (participantId === null || part === null) return undefined
  return { deliveryId, messageId, conversationId, participantId, channel, part }
}

const refOf = (delivery: Delivery): DeliveryRef => ({
  deliveryId: delivery.deliveryId,
  messageId: delivery.messageId,
  conversationId: delivery.conversationId,
  participantId: delivery.participantId,
  channel: delivery.channel,
  part: delivery.part,
})

const providerRef = (receipt: Receipt): ProviderRef => ({
  tenant: receipt.tenant,
  channel: receipt.channel,
  account: receipt.account,
  deliveryId: receipt.deliveryId,
  messageId: receipt.messageId,
  providerMessageId: receipt.providerMessageId,
  // The id alone: it is unique within an account, and a platform may report a person under another
  // address than the one that was sent to (WhatsApp and Brazil's ninth digit).
  participantId: receipt.providerMessageId === null ? receipt.participantId : null,
  watermarkMs: receipt.watermark,
})

function merged(
  stored: readonly DeliveryRef[],
  fresh: readonly DeliveryRef[],
): readonly DeliveryRef[] {
  if (fresh.length === 0) return stored
  const ids = new Set(stored.map(({ deliveryId }) => deliveryId))
  return [...stored, ...fresh.filter(({ deliveryId }) => !ids.has(deliveryId))]
}

const deliveryKey = (tenant: string, deliveryId: string): string => `${tenant}\0${deliveryId}`

const providerKey = ({
  tenant,
  channel,
  account,
  providerMessageId,
}: Pick<Receipt, 'tenant' | 'channel' | 'account' | 'providerMessageId'>): string =>
  [tenant, channel, account, providerMessageId].join('\0')
