import type { Message, Rejection } from '../../../schemas/types.ts'
import type { Submission } from '../memory/history-view.ts'

/** A row of `message` as it comes back; nullable where only its rejection is known, or none is. */
export interface MessageRow {
  readonly tenant: string
  readonly message_id: string
  readonly submission_id: string
  readonly conversation_id: string
  readonly direction: string
  readonly sender_id: string | null
  readonly channel: string | null
  readonly account: string | null
  readonly address: string | null
  readonly accepted_at: number | null
  readonly expires_at: number | null
  readonly reply_to: string | null
  readonly provider_message_id: string | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly digest: string | null
  readonly content_kind: string | null
  readonly content: Uint8Array | null
  readonly seal_key_id: string | null
  readonly seal_algorithm: string | null
  readonly seal_nonce: Uint8Array | null
  readonly rejected_scope: string | null
  readonly rejected_stage: string | null
  readonly rejected_reason: string | null
  readonly rejected_detail: string | null
  readonly rejected_at: number | null
}

export const messageColumns = `tenant, message_id, submission_id, conversation_id, direction, sender_id,
  channel, account, address, accepted_at, expires_at, reply_to, provider_message_id, metadata, digest,
  content_kind, content, seal_key_id, seal_algorithm, seal_nonce, rejected_scope, rejected_stage,
  rejected_reason, rejected_detail, rejected_at`

export const submissionOf = (row: MessageRow): Submission => ({
  message: messageOf(row),
  rejection: rejectionOf(row),
})

function messageOf(row: MessageRow): Message | null {
  if (row.accepted_at === null) return null
  return {
    messageId: row.message_id,
    submissionId: row.submission_id,
    tenant: row.tenant,
    conversationId: row.conversation_id,
    direction: row.direction,
    senderId: row.sender_id ?? '',
    channel: row.channel,
    account: row.account,
    address: row.address,
    acceptedAt: row.accepted_at,
    expiresAt: row.expires_at,
    replyTo: row.reply_to,
    providerMessageId: row.provider_message_id,
    metadata: row.metadata ?? {},
    digest: row.digest ?? '',
    contentKind: row.content_kind ?? '',
    content: row.content ?? new Uint8Array(),
    seal:
      row.seal_key_id === null
        ? null
        : {
            keyId: row.seal_key_id,
            algorithm: row.seal_algorithm ?? '',
            nonce: row.seal_nonce ?? new Uint8Array(),
          },
  }
}

function rejectionOf(row: MessageRow): Rejection | null {
  if (row.rejected_at === null) return null
  return {
    messageId: row.message_id,
    submissionId: row.submission_id,
    tenant: row.tenant,
    conversationId: row.conversation_id,
    direction: row.direction,
    scope: row.rejected_scope ?? '',
    stage: row.rejected_stage ?? '',
    reason: row.rejected_reason ?? '',
    detail: row.rejected_detail ?? '',
    rejectedAt: row.rejected_at,
  }
}
