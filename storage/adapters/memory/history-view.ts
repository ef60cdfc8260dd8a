import { fallsBack } from '../../../domain/falls-back.ts'
import { leastRank, namedStatus, rankOf, statusOfRank } from '../../../domain/status.ts'
import type { Delivery, Message, Rejection } from '../../../schemas/types.ts'
import type { DeliveryView, FactView, MessageView } from '../../ports/history.ts'
import type { Submission } from './standing.ts'

export type DeliveryRow = Pick<
  Delivery,
  'deliveryId' | 'participantId' | 'channel' | 'account' | 'address' | 'part'
>

export interface Fact extends FactView {
  readonly providerMessageId: string | null
  readonly possibleDuplicate: boolean
}

export interface DeliveryState {
  readonly row: DeliveryRow
  readonly facts: readonly Fact[]
}

type Outcome = Pick<Submission, 'message' | 'rejection'>

/** A pure view over what is known: every History adapter answers with this one. */
export function messageView(
  { message, rejection }: Outcome,
  states: readonly DeliveryState[],
): MessageView | undefined {
  if (!message && !rejection) return undefined
  const deliveries = states.map(deliveryView).toSorted(byPart)
  const counts: Record<string, number> = {}
  for (const { status } of deliveries) counts[status] = (counts[status] ?? 0) + 1

  const shown = message ?? unreadable(rejection)
  return {
    message: shown,
    ...messageStatus({ message: shown, rejection }, states),
    counts,
    deliveries,
    history: messageHistory(shown, rejection),
  }
}

export interface MessageStatus {
  readonly status: string
  readonly reason: string | null
  readonly detail: string | null
}

/** Deliveries outrank a rejection: what went out is not undone by a recipient that could not be served. */
export function messageStatus(
  { message, rejection }: Outcome,
  states: readonly DeliveryState[],
): MessageStatus {
  const ranked = states.map(({ row, facts }) => ({
    participantId: row.participantId,
    channel: row.channel,
    part: row.part,
    rank: rankOfFacts(facts),
    facts,
  }))
  const least = leastRank(ranked)
  if (least !== undefined) {
    const facts = ranked.filter(({ rank }) => rank === least).flatMap(({ facts: each }) => each)
    const cause = causeOf(facts, least)
    const status = namedStatus(statusOfRank(least), cause.reason)
    const isNext = status === 'failed' && !rejection && goesOn(message, states, cause)
    return { status: isNext ? 'queued' : status, reason: cause.reason, detail: cause.detail }
  }
  if (rejection) {
    const { reason, detail } = rejection
    return { status: namedStatus('rejected', reason), reason, detail }
  }
  if (message?.direction === 'inbound') return { status: 'received', reason: null, detail: null }
  const status = message && message.sendAt !== null ? 'scheduled' : 'accepted'
  return { status, reason: null, detail: null }
}

/** Whether it failed on one channel and the next is not tried yet: then it has not failed. */
function goesOn(
  message: Message | null,
  states: readonly DeliveryState[],
  { atMs, reason }: Cause,
) {
  if (!message || message.fallback.length === 0) return false
  const tried = new Set(states.map(({ row }) => row.channel)).size
  return tried <= message.fallback.length && fallsBack(message, reason, atMs)
}

function deliveryView({ row, facts }: DeliveryState): DeliveryView {
  const history = facts.toSorted(byTime)
  const rank = rankOfFacts(facts)
  const sent = history.filter(({ providerMessageId }) => providerMessageId !== null)
  const cause = causeOf(facts, rank)
  return {
    deliveryId: row.deliveryId,
    participantId: row.participantId,
    channel: row.channel,
    account: row.account,
    address: row.address,
    part: row.part,
    status: namedStatus(statusOfRank(rank), cause.reason),
    reason: cause.reason,
    detail: cause.detail,
    providerMessageId: sent.at(-1)?.providerMessageId ?? null,
    attempts: facts.reduce((most, { attempt }) => Math.max(most, attempt), 0),
    possibleDuplicate: facts.some(({ possibleDuplicate }) => possibleDuplicate),
    history: history.map(factView),
  }
}

const rankOfFacts = (facts: readonly Fact[]): number =>
  facts.reduce((most, { kind }) => Math.max(most, rankOf(kind)), 0)

interface Cause extends Pick<MessageStatus, 'reason' | 'detail'> {
  readonly atMs: number
}

/** The latest fact of the rank says why. */
function causeOf(facts: readonly Fact[], rank: number): Cause {
  const cause = facts.filter(({ kind }) => rankOf(kind) === rank && rank > 0).toSorted(byTime)
  const last = cause.at(-1)
  return {
    reason: last?.reason ?? null,
    detail: last?.detail ?? null,
    atMs: last?.observedAt ?? 0,
  }
}

function messageHistory(message: Message, rejection: Rejection | null): readonly FactView[] {
  const kind = message.direction === 'inbound' ? 'received' : 'accepted'
  const first = ownFact(kind, message.acceptedAt, null, null)
  if (!rejection) return [first]
  return [first, ownFact('rejected', rejection.rejectedAt, rejection.reason, rejection.detail)]
}

const ownFact = (
  kind: string,
  observedAt: number,
  reason: string | null,
  detail: string | null,
): FactView => ({ kind, reason, detail, attempt: 0, providerAt: null, observedAt })

const factView = (fact: Fact): FactView => ({
  kind: fact.kind,
  reason: fact.reason,
  detail: fact.detail,
  attempt: fact.attempt,
  providerAt: fact.providerAt,
  observedAt: fact.observedAt,
})

function unreadable(rejection: Rejection | null): Message {
  return {
    messageId: rejection?.messageId ?? '',
    submissionId: rejection?.submissionId ?? '',
    tenant: rejection?.tenant ?? '',
    conversationId: rejection?.conversationId ?? '',
    direction: rejection?.direction ?? 'outbound',
    senderId: '',
    channel: null,
    account: null,
    address: null,
    acceptedAt: rejection?.rejectedAt ?? 0,
    expiresAt: null,
    sendAt: null,
    fallback: [],
    humanAgent: false,
    replyTo: null,
    providerMessageId: null,
    metadata: {},
    digest: '',
    contentKind: '',
    content: new Uint8Array(),
    seal: null,
    origin: null,
  }
}

/** Our own clock: the platforms' are coarser (whole seconds) and would put delivered before sent. */
function byTime(a: Fact, b: Fact): number {
  return (
    a.observedAt - b.observedAt ||
    rankOf(a.kind) - rankOf(b.kind) ||
    a.attempt - b.attempt ||
    compare(a.kind, b.kind) ||
    (a.providerAt ?? 0) - (b.providerAt ?? 0) ||
    compare(a.reason ?? '', b.reason ?? '')
  )
}

const byPart = (a: DeliveryView, b: DeliveryView): number =>
  compare(a.participantId, b.participantId) ||
  a.part - b.part ||
  compare(a.deliveryId, b.deliveryId)

/** By code unit, as the "C" collation of the tables does for the ids we use. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
