import type { Content } from '../../domain/content.ts'
import type { Message } from '../../schemas/types.ts'
import type {
  DeliveryView,
  FactView,
  MessageSummary,
  MessageView,
} from '../../storage/ports/history.ts'
import { isCode } from '../../topology/contract/errors.ts'
import type { ContentCodec } from '../tools.ts'

/** A message as the API shows it. What is absent has no field; instants are RFC 3339. */
export interface MessageJson {
  readonly messageId: string
  readonly submissionId: string
  readonly conversationId: string
  readonly direction: string
  readonly senderId: string
  readonly channel?: string | undefined
  readonly account?: string | undefined
  readonly address?: string | undefined
  readonly acceptedAt: string
  readonly expiresAt?: string | undefined
  readonly replyTo?: string | undefined
  readonly providerMessageId?: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  /** Absent where it is sealed, or of a kind that this hub cannot read yet. */
  readonly content?: Content | undefined
  readonly status: string
  readonly reason?: string | undefined
}

/** With everything that is known about its way. */
export interface MessageDetailJson extends MessageJson {
  readonly detail?: string | undefined
  /** How many deliveries stand at each status. */
  readonly counts: Readonly<Record<string, number>>
  readonly deliveries: readonly DeliveryJson[]
  readonly history: readonly FactJson[]
}

export interface DeliveryJson {
  readonly deliveryId: string
  readonly participantId: string
  readonly channel: string
  readonly account: string
  readonly address: string
  readonly part: number
  readonly status: string
  readonly reason?: string | undefined
  readonly detail?: string | undefined
  readonly providerMessageId?: string | undefined
  readonly attempts: number
  readonly possibleDuplicate: boolean
  readonly history: readonly FactJson[]
}

export interface FactJson {
  readonly kind: string
  readonly reason?: string | undefined
  readonly detail?: string | undefined
  readonly attempt: number
  readonly providerAt?: string | undefined
  readonly observedAt: string
}

export function summaryJson(summary: MessageSummary, content: ContentCodec): MessageJson {
  return messageJson(summary.message, summary.status, summary.reason, content)
}

export function detailJson(view: MessageView, content: ContentCodec): MessageDetailJson {
  return {
    ...messageJson(view.message, view.status, view.reason, content),
    detail: view.detail ?? undefined,
    counts: view.counts,
    deliveries: view.deliveries.map(deliveryJson),
    history: view.history.map(factJson),
  }
}

function messageJson(
  message: Message,
  status: string,
  reason: string | null,
  content: ContentCodec,
): MessageJson {
  return {
    messageId: message.messageId,
    submissionId: message.submissionId,
    conversationId: message.conversationId,
    direction: message.direction,
    senderId: message.senderId,
    channel: message.channel ?? undefined,
    account: message.account ?? undefined,
    address: message.address ?? undefined,
    acceptedAt: instant(message.acceptedAt),
    expiresAt: message.expiresAt === null ? undefined : instant(message.expiresAt),
    replyTo: message.replyTo ?? undefined,
    providerMessageId: message.providerMessageId ?? undefined,
    metadata: message.metadata,
    content: readable(message, content),
    status,
    reason: reason ?? undefined,
  }
}

function readable(message: Message, content: ContentCodec): Content | undefined {
  if (message.seal !== null) return undefined
  try {
    return content.decode(message.contentKind, message.content)
  } catch (error) {
    if (isCode(error, 'C4A_RECORD_UNDECODABLE')) return undefined
    throw error
  }
}

function deliveryJson(view: DeliveryView): DeliveryJson {
  return {
    deliveryId: view.deliveryId,
    participantId: view.participantId,
    channel: view.channel,
    account: view.account,
    address: view.address,
    part: view.part,
    status: view.status,
    reason: view.reason ?? undefined,
    detail: view.detail ?? undefined,
    providerMessageId: view.providerMessageId ?? undefined,
    attempts: view.attempts,
    possibleDuplicate: view.possibleDuplicate,
    history: view.history.map(factJson),
  }
}

function factJson(fact: FactView): FactJson {
  return {
    kind: fact.kind,
    reason: fact.reason ?? undefined,
    detail: fact.detail ?? undefined,
    attempt: fact.attempt,
    providerAt: fact.providerAt === null ? undefined : instant(fact.providerAt),
    observedAt: instant(fact.observedAt),
  }
}

/** Milliseconds since 1970 UTC as RFC 3339 in UTC. */
export const instant = (ms: number): string => new Date(ms).toISOString()
