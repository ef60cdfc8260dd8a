import type { Delivery } from '../../../schemas/types.ts'
import type { ResolvedReceipt } from '../../ports/history.ts'
import { factOf, sentRefOf } from '../memory/history-merge.ts'
import type { Fact } from '../memory/history-view.ts'

/** A row of `delivery_note`: what one batch tells of one delivery. */
export interface DeliveryNote {
  readonly tenant: string
  readonly messageId: string
  readonly deliveryId: string
  isDelivery: boolean
  isRead: boolean
  /** Whether a watermark may mean it. */
  byWatermark: boolean
  participantId: string | null
  channel: string | null
  account: string | null
  providerMessageId: string | null
  /** The earliest of its facts that name the platform's id; without one when its message was accepted, or its first fact seen. */
  at: number
  /** With a delivery or a platform's id. */
  conversationId: string | null
  part: number
  /** With a delivery. */
  address: string | null
  readonly facts: Fact[]
}

/**
 * One note for each delivery that a batch speaks of. It has room for one of the platform's ids: a second
 * one, of a delivery that was sent twice, makes another note.
 */
export function deliveryNotes(
  deliveries: readonly Delivery[],
  receipts: readonly ResolvedReceipt[],
  withoutWatermarks?: ReadonlySet<string>,
): readonly DeliveryNote[] {
  const notes: Notes = new Map()
  for (const delivery of deliveries) {
    const note = noteOf(notes, delivery.tenant, delivery, delivery.acceptedAt)
    note.isDelivery = true
    note.participantId = delivery.participantId
    note.channel = delivery.channel
    note.account = delivery.account
    note.conversationId = delivery.conversationId
    note.part = delivery.part
    note.address = delivery.address
  }
  for (const resolved of receipts) {
    const fact = factOf(resolved)
    const note = noteWithRoom(notes, resolved, fact.providerMessageId)
    if (fact.kind === 'read' || fact.kind === 'played') note.isRead = true
    note.facts.push(fact)
    const ref = sentRefOf(resolved)
    if (!ref) continue
    note.at = note.providerMessageId === null ? ref.sentAt : Math.min(note.at, ref.sentAt)
    note.participantId = ref.participantId
    note.channel = ref.channel
    note.byWatermark = withoutWatermarks?.has(ref.channel) !== true
    note.account = ref.account
    note.providerMessageId = ref.providerMessageId
    note.conversationId = ref.conversationId
    note.part = ref.part
  }
  return [...notes.values()].flat()
}

/** By delivery. There is one of each but for those sent twice, and for ids that two tenants share. */
type Notes = Map<string, DeliveryNote[]>

function noteWithRoom(
  notes: Notes,
  { receipt, delivery }: ResolvedReceipt,
  providerMessageId: string | null,
): DeliveryNote {
  const note = noteOf(notes, receipt.tenant, delivery, receipt.observedAt)
  const named = note.providerMessageId
  if (providerMessageId === null || named === null || named === providerMessageId) return note
  const { tenant, observedAt } = receipt
  const its = notes.get(delivery.deliveryId) ?? []
  const known = its.find(
    (each) => each.tenant === tenant && each.providerMessageId === providerMessageId,
  )
  if (known) return known
  const another = newNote(tenant, delivery, observedAt)
  its.push(another)
  return another
}

/** The first of a delivery: the one that facts without an id go to. */
function noteOf(
  notes: Notes,
  tenant: string,
  delivery: Pick<Delivery, 'messageId' | 'deliveryId'>,
  at: number,
): DeliveryNote {
  const its = notes.get(delivery.deliveryId)
  const known = its?.find((each) => each.tenant === tenant)
  if (known) return known
  const note = newNote(tenant, delivery, at)
  if (its) its.push(note)
  else notes.set(delivery.deliveryId, [note])
  return note
}

const newNote = (
  tenant: string,
  { messageId, deliveryId }: Pick<Delivery, 'messageId' | 'deliveryId'>,
  at: number,
): DeliveryNote => ({
  tenant,
  messageId,
  deliveryId,
  at,
  isDelivery: false,
  isRead: false,
  byWatermark: false,
  participantId: null,
  channel: null,
  account: null,
  providerMessageId: null,
  conversationId: null,
  part: 0,
  address: null,
  facts: [],
})
