import type { Message } from '../schemas/types.ts'
import type { Content } from './content.ts'
import { instant } from './instant.ts'

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
  readonly sendAt?: string | undefined
  readonly replyTo?: string | undefined
  readonly providerMessageId?: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  /** Absent where it is sealed, or of a kind that this hub cannot read yet. */
  readonly content?: Content | undefined
  readonly status: string
  readonly reason?: string | undefined
}

/** `content` is absent where it is sealed or cannot be read. */
export function messageJson(
  message: Message,
  content: Content | undefined,
  status: string,
  reason: string | null = null,
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
    sendAt: message.sendAt === null ? undefined : instant(message.sendAt),
    replyTo: message.replyTo ?? undefined,
    providerMessageId: message.providerMessageId ?? undefined,
    metadata: message.metadata,
    content,
    status,
    reason: reason ?? undefined,
  }
}
