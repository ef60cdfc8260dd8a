import type { Delivery } from '../../../schemas/types.ts'
import type { ResolvedReceipt } from '../../ports/history.ts'
import { factOf, sentAtOf } from '../memory/history-merge.ts'
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
  facts: readonly Fact[]
  /** Of the same delivery, or of another tenant's of the same id. */
  another: DeliveryNote | null
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
  const notes: Notes = { all: [], firsts: new Map() }
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
    const { providerMessageId } = fact
    const note = noteWithRoom(notes, resolved, providerMessageId)
    if (fact.kind === 'read' || fact.kind === 'played') note.isRead = true
    // As long as it will be, for nearly all: a list that is pushed to takes room for sixteen more.
    note.facts = note.facts.length === 0 ? [fact] : [...note.facts, fact]
    if (providerMessageId === null) continue
    const { receipt, delivery } = resolved
    const sentAt = sentAtOf(receipt)
    note.at = note.providerMessageId === null ? sentAt : Math.min(note.at, sentAt)
    note.participantId = delivery.participantId
    note.channel = delivery.channel
    note.byWatermark = withoutWatermarks?.has(delivery.channel) !== true
    note.account = receipt.account
    note.providerMessageId = providerMessageId
    note.conversationId = delivery.conversationId
    note.part = delivery.part
  }
  return notes.all
}

interface Notes {
  readonly all: DeliveryNote[]
  /** By delivery, the first of each. There is no other but of those sent twice, and of ids that two tenants share. */
  readonly firsts: Map<string, DeliveryNote>
}

function noteWithRoom(
  notes: Notes,
  { receipt, delivery }: ResolvedReceipt,
  providerMessageId: string | null,
): DeliveryNote {
  const { tenant, observedAt } = receipt
  const note = noteOf(notes, tenant, delivery, observedAt)
  const named = note.providerMessageId
  if (providerMessageId === null || named === null || named === providerMessageId) return note
  let known: DeliveryNote | null = note.another
  for (; known; known = known.another) {
    if (known.tenant === tenant && known.providerMessageId === providerMessageId) return known
  }
  return added(notes, newNote(tenant, delivery, observedAt))
}

/** The first of a delivery: the one that facts without an id go to. */
function noteOf(
  notes: Notes,
  tenant: string,
  delivery: Pick<Delivery, 'messageId' | 'deliveryId'>,
  at: number,
): DeliveryNote {
  let known = notes.firsts.get(delivery.deliveryId) ?? null
  for (; known; known = known.another) if (known.tenant === tenant) return known
  return added(notes, newNote(tenant, delivery, at))
}

/** Behind those that are of its delivery. */
function added({ all, firsts }: Notes, note: DeliveryNote): DeliveryNote {
  all.push(note)
  let last = firsts.get(note.deliveryId)
  if (!last) firsts.set(note.deliveryId, note)
  else {
    while (last.another) last = last.another
    last.another = note
  }
  return note
}

const none: readonly Fact[] = []

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
  facts: none,
  another: null,
})
