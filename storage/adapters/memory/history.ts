import { randomUUID } from 'node:crypto'
import type { Delivery, Message, Rejection } from '../../../schemas/types.ts'
import { cursorOf, parseCursor } from '../../ports/cursor.ts'
import type {
  AppliedOffset,
  DeliveryRef,
  History,
  HistoryBatch,
  MessageSummary,
  MessageText,
  ProviderRef,
  ResolvedReceipt,
} from '../../ports/history.ts'
import {
  earlierFact,
  earlierRejection,
  earlierSentRef,
  factKey,
  factOf,
  type SentRef,
  sentRefOf,
  watermarkReach,
} from './history-merge.ts'
import {
  compare,
  type DeliveryState,
  type Fact,
  messageStatus,
  messageView,
} from './history-view.ts'
import { isRepetition, type Submission, standing } from './standing.ts'

/** Shows what it was given for those who search, too. */
export interface MemoryHistory extends History {
  texts(tenant: string): readonly MessageText[]
}

/** For tests and the simulator of the engine; forgets everything on exit. */
export function memoryHistory(): MemoryHistory {
  const epoch = randomUUID()
  const tables: Tables = {
    submissions: new Map(),
    byConversation: new Map(),
    deliveries: new Map(),
    deliveryById: new Map(),
    facts: new Map(),
    sent: new Map(),
    sentTo: new Map(),
    offsets: new Map(),
    texts: [],
  }

  return {
    async apply(batch) {
      applyBatch(tables, batch)
    },
    async resolve(refs) {
      return refs.map((ref) => resolveRef(tables, ref))
    },
    async message(tenant, messageId) {
      const submission = standing(submissionsOf(tables, tenant, messageId))
      return submission && messageView(submission, statesOf(tables, tenant, messageId))
    },
    async messages(tenant, conversationId, { limit, before }) {
      const end = before === undefined ? undefined : parseCursor(before)
      return acceptedIn(tables, tenant, conversationId)
        .filter((row) => standing(submissionsOf(tables, tenant, row.message.messageId)) === row)
        .filter(
          ({ message: { acceptedAt, submissionId } }) =>
            !end || isBefore(acceptedAt, submissionId, end.at, end.id),
        )
        .slice(0, limit)
        .map((row) => summaryOf(tables, row))
    },
    async lastInbound(tenant, conversationId, { participantId, channel }) {
      return acceptedIn(tables, tenant, conversationId).find(
        ({ message }) =>
          message.direction === 'inbound' &&
          message.senderId === participantId &&
          message.channel === channel,
      )?.message.acceptedAt
    },
    async epoch() {
      return epoch
    },
    async appliedOffsets() {
      return [...tables.offsets.values()]
    },
    texts: (tenant) => tables.texts.filter(({ message }) => message.tenant === tenant),
  }
}

interface SubmissionRow extends Submission {
  message: Message | null
  rejection: Rejection | null
  readonly refusals: Set<string>
  hop: number
}
type AcceptedRow = SubmissionRow & { readonly message: Message }

interface Tables {
  /** By tenant and message, then by submission. */
  readonly submissions: Map<string, Map<string, SubmissionRow>>
  readonly byConversation: Map<string, Set<SubmissionRow>>
  /** By tenant and message, then by delivery. */
  readonly deliveries: Map<string, Map<string, Delivery>>
  /** By tenant and delivery. */
  readonly deliveryById: Map<string, Delivery>
  /** By tenant and delivery, then by what makes a fact one. */
  readonly facts: Map<string, Map<string, Fact>>
  /** By platform id, then by delivery. */
  readonly sent: Map<string, Map<string, SentRef>>
  /** By participant, then by platform id and delivery. */
  readonly sentTo: Map<string, Map<string, SentRef>>
  readonly offsets: Map<string, AppliedOffset>
  readonly texts: MessageText[]
}

function applyBatch(tables: Tables, batch: HistoryBatch): void {
  batch.messages.forEach((message, index) => {
    applyMessage(tables, message, batch.hops?.[index] ?? 0)
  })
  for (const rejection of batch.rejections) {
    const row = rowOf(tables, rejection)
    if (rejection.scope === 'submission') row.refusals.add(rejection.reason)
    else row.rejection = row.rejection ? earlierRejection(row.rejection, rejection) : rejection
  }
  for (const delivery of batch.deliveries) {
    const rows = within(tables.deliveries, `${delivery.tenant}\0${delivery.messageId}`)
    if (rows.has(delivery.deliveryId)) continue
    rows.set(delivery.deliveryId, delivery)
    tables.deliveryById.set(`${delivery.tenant}\0${delivery.deliveryId}`, delivery)
  }
  for (const receipt of batch.receipts) applyReceipt(tables, receipt)
  tables.texts.push(...(batch.texts ?? []))
  for (const { topic, partition, to } of batch.spans ?? []) {
    const key = `${topic}/${partition}`
    if ((tables.offsets.get(key)?.offset ?? -1) < to) {
      tables.offsets.set(key, { topic, partition, offset: to })
    }
  }
}

function applyMessage(tables: Tables, message: Message, hop: number): void {
  const row = rowOf(tables, message)
  if (row.message && row.hop >= hop) return
  if (row.message) conversationRows(tables, row.message).delete(row)
  row.message = message
  row.hop = hop
  conversationRows(tables, message).add(row)
}

function applyReceipt(tables: Tables, resolved: ResolvedReceipt): void {
  const { tenant } = resolved.receipt
  const fact = factOf(resolved)
  const facts = within(tables.facts, `${tenant}\0${resolved.delivery.deliveryId}`)
  const known = facts.get(factKey(fact))
  facts.set(factKey(fact), known ? earlierFact(known, fact) : fact)

  const ref = sentRefOf(resolved)
  if (!ref) return
  const byId = within(tables.sent, sentKey(ref))
  const before = byId.get(ref.deliveryId)
  const merged = before ? earlierSentRef(before, ref) : ref
  byId.set(ref.deliveryId, merged)
  within(tables.sentTo, sentToKey(ref)).set(`${sentKey(ref)}\0${ref.deliveryId}`, merged)
}

function resolveRef(tables: Tables, ref: ProviderRef): readonly DeliveryRef[] {
  const echoed = tables.deliveryById.get(`${ref.tenant}\0${ref.deliveryId ?? ''}`)
  if (echoed && echoed.channel === ref.channel && echoed.account === ref.account) {
    return [deliveryRef(echoed)]
  }
  if (ref.providerMessageId !== null) {
    const found = [...(tables.sent.get(sentKey(ref))?.values() ?? [])]
    return found
      .filter(({ participantId }) => !ref.participantId || participantId === ref.participantId)
      .sort((a, b) => compare(a.deliveryId, b.deliveryId))
      .map(deliveryRef)
  }
  const { watermarkMs } = ref
  if (watermarkMs === null || ref.participantId === null) return []
  return [...(tables.sentTo.get(sentToKey(ref))?.values() ?? [])]
    .filter(({ sentAt }) => sentAt <= watermarkMs)
    .sort((a, b) => b.sentAt - a.sentAt || compare(b.deliveryId, a.deliveryId))
    .slice(0, watermarkReach)
    .filter(({ deliveryId }) => !factsOf(tables, ref.tenant, deliveryId).some(isRead))
    .reverse()
    .map(deliveryRef)
}

const isRead = ({ kind }: Fact): boolean => kind === 'read' || kind === 'played'

function summaryOf(tables: Tables, row: AcceptedRow): MessageSummary {
  const { message } = row
  const { status, reason } = messageStatus(row, statesOf(tables, message.tenant, message.messageId))
  return { message, status, reason, cursor: cursorOf(message.acceptedAt, message.submissionId) }
}

/** Newest first, without repetitions. */
function acceptedIn(tables: Tables, tenant: string, conversationId: string): AcceptedRow[] {
  return [...(tables.byConversation.get(`${tenant}\0${conversationId}`) ?? [])]
    .filter(isAccepted)
    .filter((row) => !isRepetition(row, submissionsOf(tables, tenant, row.message.messageId)))
    .sort(
      (a, b) =>
        b.message.acceptedAt - a.message.acceptedAt ||
        compare(b.message.submissionId, a.message.submissionId),
    )
}

const isAccepted = (row: SubmissionRow): row is AcceptedRow => row.message !== null

function statesOf(tables: Tables, tenant: string, messageId: string): DeliveryState[] {
  return [...(tables.deliveries.get(`${tenant}\0${messageId}`)?.values() ?? [])].map((row) => ({
    row,
    facts: factsOf(tables, tenant, row.deliveryId),
  }))
}

const factsOf = (tables: Tables, tenant: string, deliveryId: string): readonly Fact[] => [
  ...(tables.facts.get(`${tenant}\0${deliveryId}`)?.values() ?? []),
]

const submissionsOf = (tables: Tables, tenant: string, messageId: string): SubmissionRow[] => [
  ...(tables.submissions.get(`${tenant}\0${messageId}`)?.values() ?? []),
]

function rowOf(
  tables: Tables,
  of: Pick<Message, 'tenant' | 'messageId' | 'submissionId'>,
): SubmissionRow {
  const rows = within(tables.submissions, `${of.tenant}\0${of.messageId}`)
  const row = rows.get(of.submissionId) ?? {
    message: null,
    rejection: null,
    refusals: new Set(),
    hop: 0,
  }
  rows.set(of.submissionId, row)
  return row
}

function conversationRows(tables: Tables, message: Message): Set<SubmissionRow> {
  const key = `${message.tenant}\0${message.conversationId}`
  const rows = tables.byConversation.get(key) ?? new Set()
  tables.byConversation.set(key, rows)
  return rows
}

function within<Row>(table: Map<string, Map<string, Row>>, key: string): Map<string, Row> {
  const rows = table.get(key) ?? new Map<string, Row>()
  table.set(key, rows)
  return rows
}

const isBefore = (at: number, id: string, endAt: number, endId: string): boolean =>
  at < endAt || (at === endAt && compare(id, endId) < 0)

type Chat = Pick<SentRef, 'tenant' | 'channel' | 'account'>
const sentKey = (ref: Chat & { readonly providerMessageId: string | null }): string =>
  [ref.tenant, ref.channel, ref.account, ref.providerMessageId].join('\0')
const sentToKey = (ref: Chat & { readonly participantId: string | null }): string =>
  [ref.tenant, ref.channel, ref.account, ref.participantId].join('\0')

const deliveryRef = (ref: DeliveryRef): DeliveryRef => ({
  deliveryId: ref.deliveryId,
  messageId: ref.messageId,
  conversationId: ref.conversationId,
  participantId: ref.participantId,
  channel: ref.channel,
  part: ref.part,
})
