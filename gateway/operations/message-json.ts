import type { Content } from '../../domain/content.ts'
import { instant } from '../../domain/instant.ts'
import { type MessageJson, messageJson } from '../../domain/message-json.ts'
import type { Message } from '../../schemas/types.ts'
import type {
  DeliveryView,
  FactView,
  MessageSummary,
  MessageView,
} from '../../storage/ports/history.ts'
import { isCode } from '../../topology/contract/errors.ts'
import type { ContentCodec } from '../tools.ts'

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
  return messageJson(
    summary.message,
    readable(summary.message, content),
    summary.status,
    summary.reason,
  )
}

export function detailJson(view: MessageView, content: ContentCodec): MessageDetailJson {
  return {
    ...messageJson(view.message, readable(view.message, content), view.status, view.reason),
    detail: view.detail ?? undefined,
    counts: view.counts,
    deliveries: view.deliveries.map(deliveryJson),
    history: view.history.map(factJson),
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
