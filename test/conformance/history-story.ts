import type { Delivery, Message, Receipt, Rejection } from '../../schemas/types.ts'
import type { DeliveryRef, HistoryBatch, ResolvedReceipt } from '../../storage/ports/history.ts'
import { type Random, seededRandom } from '../random.ts'

export const noon = 1_764_000_000_000

/** Records of one tenant, as the pipeline would have made them. */
export interface Story {
  readonly tenant: string
  message(over?: Partial<Message>): Message
  rejection(over?: Partial<Rejection>): Rejection
  delivery(over?: Partial<Delivery>): Delivery
  receipt(delivery: Delivery, kind: string, over?: Partial<Receipt>): ResolvedReceipt
}

export function story(tenant: string): Story {
  return {
    tenant,
    message: (over = {}) => ({ ...message, tenant, ...over }),
    rejection: (over = {}) => ({ ...rejection, tenant, ...over }),
    delivery: (over = {}) => ({ ...delivery, tenant, ...over }),
    receipt: (of, kind, over = {}) => ({
      delivery: refOf(of),
      receipt: { ...receipt, ...refOf(of), tenant, account: of.account, kind, ...over },
    }),
  }
}

export const refOf = (of: Delivery): DeliveryRef => ({
  deliveryId: of.deliveryId,
  messageId: of.messageId,
  conversationId: of.conversationId,
  participantId: of.participantId,
  channel: of.channel,
  part: of.part,
})

export const batchOf = (parts: Partial<HistoryBatch>): HistoryBatch => ({
  messages: [],
  rejections: [],
  deliveries: [],
  receipts: [],
  ...parts,
})

const message: Message = {
  messageId: 'm-1',
  submissionId: 's-1',
  tenant: '',
  conversationId: 'c-ana',
  direction: 'outbound',
  senderId: 'key-1',
  channel: 'telegram',
  account: 'demo',
  address: '555',
  acceptedAt: noon,
  expiresAt: noon + 86_400_000,
  sendAt: null,
  fallback: [{ channel: 'whatsapp', account: 'demo', address: '5511', afterMs: null }],
  humanAgent: true,
  replyTo: null,
  providerMessageId: null,
  metadata: { order: '7', 'odd "name"\\': '{},"\'é😀' },
  digest: 'ab'.repeat(16),
  contentKind: 'text',
  content: new Uint8Array([0, 1, 127, 128, 255]),
  seal: null,
  origin: null,
}

const rejection: Rejection = {
  messageId: 'm-1',
  submissionId: 's-1',
  tenant: '',
  conversationId: 'c-ana',
  direction: 'outbound',
  scope: 'message',
  stage: 'enrich',
  reason: 'unknown-conversation',
  detail: 'There is no conversation "c-ana".',
  rejectedAt: noon + 5,
}

const delivery: Delivery = {
  deliveryId: 'd1'.repeat(16),
  messageId: 'm-1',
  submissionId: 's-1',
  tenant: '',
  conversationId: 'c-ana',
  participantId: 'p-ana',
  channel: 'telegram',
  account: 'demo',
  address: '555',
  part: 0,
  parts: 1,
  acceptedAt: noon,
  expiresAt: null,
  sendAt: null,
  fallback: false,
  humanAgent: false,
  replyTo: null,
  answers: null,
  senderId: null,
  senderName: null,
  digest: 'ab'.repeat(16),
  contentKind: 'text',
  content: new Uint8Array([1]),
  seal: null,
}

const receipt: Receipt = {
  tenant: '',
  channel: 'telegram',
  account: 'demo',
  conversationId: 'c-ana',
  participantId: 'p-ana',
  deliveryId: null,
  messageId: null,
  part: 0,
  providerMessageId: null,
  kind: 'attempted',
  reason: null,
  detail: null,
  attempt: 1,
  possibleDuplicate: false,
  watermark: null,
  providerAt: null,
  observedAt: noon + 10,
  calledAt: null,
  source: 'connector',
}

/**
 * A random history: messages to three people, in parts and with fallbacks, repetitions and their
 * refusals, re-keyed messages, rejections, and receipts that come twice with other clocks.
 */
export function randomBatches(tenant: string, seed: number, messages: number): HistoryBatch[] {
  const random = seededRandom(seed)
  const tell = story(tenant)
  return Array.from({ length: messages }, (_, n) => randomMessage(tell, random, n)).flat()
}

function randomMessage(tell: Story, random: Random, n: number): HistoryBatch[] {
  const conversationId = `c-${random.below(4)}`
  const direction = random.chance(0.3) ? 'inbound' : 'outbound'
  // few instants for many messages: ties must be broken alike
  const acceptedAt = noon + random.below(20)
  const ids = { messageId: `m-${n}`, submissionId: `s-${n}`, conversationId, direction }
  const first = tell.message({ ...ids, acceptedAt })
  const batches = [batchOf({ messages: [first] })]
  if (random.chance(0.2)) {
    const again = { ...first, submissionId: `s-${n}-again`, acceptedAt: acceptedAt + 1 }
    const refuse = (submissionId: string) => {
      const reason = random.pick(['duplicate', 'duplicate', 'id-reused'])
      const refused = tell.rejection({ ...ids, submissionId, scope: 'submission', reason })
      batches.push(batchOf({ rejections: [refused] }))
    }
    batches.push(batchOf({ messages: [again] }))
    refuse(again.submissionId)
    // The window of what was seen was lost between the two.
    if (random.chance(0.5)) refuse(first.submissionId)
  }
  if (random.chance(0.2)) {
    const elsewhere = { ...first, conversationId: `c-${random.below(4)}` }
    batches.push(batchOf({ messages: [elsewhere], hops: [1] }))
  }
  if (random.chance(0.2)) {
    for (const reason of ['expired', 'nobody-to-send-to']) {
      batches.push(batchOf({ rejections: [tell.rejection({ ...ids, reason })] }))
    }
    return batches
  }
  for (let person = 0; person < random.below(3); person += 1) {
    for (const channel of ['telegram', 'whatsapp'].slice(0, 1 + random.below(2))) {
      const deliveryId = `${n}-${person}-${channel}`
      const of = { ...ids, deliveryId, channel, participantId: `p-${person}` }
      batches.push(...randomDelivery(tell, random, tell.delivery(of)))
    }
  }
  return batches
}

const kinds = [
  'attempted',
  'held',
  'unknown',
  'sent',
  'settled',
  'failed',
  'delivered',
  'read',
] as const

function randomDelivery(tell: Story, random: Random, of: Delivery): HistoryBatch[] {
  const batches = [batchOf({ deliveries: [of] })]
  for (let count = random.below(6); count > 0; count -= 1) {
    const kind = random.pick(kinds)
    const told = tell.receipt(of, kind, {
      attempt: random.below(3),
      providerMessageId: random.chance(0.5) ? `w-${random.below(50)}` : null,
      reason: kind === 'failed' || kind === 'held' ? random.pick(['transient', 'expired']) : null,
      detail: random.chance(0.5) ? `word ${random.below(3)}` : null,
      providerAt: random.chance(0.5) ? noon + random.below(3) : null,
      observedAt: noon + random.below(10),
      possibleDuplicate: random.chance(0.2),
    })
    batches.push(batchOf({ receipts: [told] }))
  }
  return batches
}

/** The same batches in another order, some of them twice, some joined into one. */
export function shuffled(batches: readonly HistoryBatch[], seed: number): HistoryBatch[] {
  const random = seededRandom(seed)
  const left = [...batches, ...batches.filter(() => random.chance(0.3))]
  const order: HistoryBatch[] = []
  while (left.length > 0) {
    const size = 1 + random.below(40)
    const picked = Array.from({ length: Math.min(size, left.length) }, () =>
      left.splice(random.below(left.length), 1),
    )
    order.push(joined(picked.flat()))
  }
  return order
}

const joined = (batches: readonly HistoryBatch[]): HistoryBatch => ({
  messages: batches.flatMap(({ messages }) => messages),
  hops: batches.flatMap(({ messages, hops }) => hops ?? messages.map(() => 0)),
  rejections: batches.flatMap(({ rejections }) => rejections),
  deliveries: batches.flatMap(({ deliveries }) => deliveries),
  receipts: batches.flatMap(({ receipts }) => receipts),
})
