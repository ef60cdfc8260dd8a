import type { HubReason } from '../domain/reasons.ts'
import type { Message, Rejection } from '../schemas/types.ts'

/**
 * Why a submission goes no further. Scope `message` ends the message itself; `submission` only this
 * request (a duplicate, an id used again), and leaves the message's own status alone.
 */
export function rejectionOf(
  message: Message,
  scope: 'message' | 'submission',
  stage: string,
  reason: HubReason,
  detail: string,
  nowMs: number,
): Rejection {
  return {
    messageId: message.messageId,
    submissionId: message.submissionId,
    tenant: message.tenant,
    conversationId: message.conversationId,
    direction: message.direction,
    scope,
    stage,
    reason,
    detail,
    rejectedAt: nowMs,
  }
}
