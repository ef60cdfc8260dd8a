import type { Event } from '../schemas/types.ts'
import { instant } from './instant.ts'

/** An event as clients see it: on the feed, on both streams and in webhooks alike. */
export interface EventJson {
  readonly eventId: string
  readonly type: string
  readonly occurredAt: string
  readonly messageId?: string | undefined
  readonly submissionId?: string | undefined
  readonly conversationId?: string | undefined
  readonly participantId?: string | undefined
  readonly deliveryId?: string | undefined
  readonly channel?: string | undefined
  readonly status?: string | undefined
  readonly reason?: string | undefined
  readonly detail?: string | undefined
  /** message.received: the message. webhook.disabled: the endpoint. */
  readonly data?: unknown
}

export function eventJson(event: Event): EventJson {
  return {
    eventId: event.eventId,
    type: event.type,
    occurredAt: instant(event.occurredAt),
    messageId: event.messageId ?? undefined,
    submissionId: event.submissionId ?? undefined,
    conversationId: event.conversationId ?? undefined,
    participantId: event.participantId ?? undefined,
    deliveryId: event.deliveryId ?? undefined,
    channel: event.channel ?? undefined,
    status: event.status ?? undefined,
    reason: event.reason ?? undefined,
    detail: event.detail ?? undefined,
    data: event.data === null ? undefined : JSON.parse(event.data),
  }
}
