import { eventIdOf } from '../domain/ids.ts'
import { messageJson } from '../domain/message-json.ts'
import { namedStatus } from '../domain/status.ts'
import type { Event, Message, Rejection } from '../schemas/types.ts'
import { readContent } from './read-content.ts'
import type { ContentCodec } from './tools.ts'

/** One for each message id, however often it is submitted. */
export const acceptedEvent = (message: Message): Event =>
  messageEvent(
    'message.accepted',
    message.sendAt === null ? 'accepted' : 'scheduled',
    message,
    null,
  )

/** Carries the message as the API shows it, so that a client need not ask for it. */
export function receivedEvent(message: Message, codec: ContentCodec): Event {
  const shown = messageJson(message, readContent(message, codec), 'received')
  return messageEvent('message.received', 'received', message, JSON.stringify(shown))
}

function messageEvent(type: string, status: string, message: Message, data: string | null): Event {
  const { tenant, messageId, senderId, direction } = message
  return {
    eventId: eventIdOf(type, tenant, messageId),
    tenant,
    type,
    occurredAt: message.acceptedAt,
    messageId,
    submissionId: message.submissionId,
    conversationId: message.conversationId,
    participantId: direction === 'inbound' ? senderId : null,
    deliveryId: null,
    channel: message.channel,
    status,
    reason: null,
    detail: null,
    data,
  }
}

/** The message itself is rejected, or only a submission of it: then its own status is not touched. */
export function rejectionEvent(rejection: Rejection): Event {
  const { tenant, messageId, submissionId, reason } = rejection
  const whole = rejection.scope === 'message'
  const ofSubmission = reason === 'duplicate' ? 'submission.duplicate' : 'submission.rejected'
  const type = whole ? 'message.rejected' : ofSubmission
  return {
    eventId: eventIdOf(type, tenant, messageId, submissionId),
    tenant,
    type,
    occurredAt: rejection.rejectedAt,
    messageId,
    submissionId,
    conversationId: rejection.conversationId,
    participantId: null,
    deliveryId: null,
    channel: null,
    status: whole ? namedStatus('rejected', reason) : null,
    reason,
    detail: rejection.detail,
    data: null,
  }
}
