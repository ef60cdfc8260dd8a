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
  /** The channels it may go to in turn. */
  readonly fallback?: readonly FallbackJson[] | undefined
  readonly humanAgent?: boolean | undefined
  readonly replyTo?: string | undefined
  readonly providerMessageId?: string | undefined
  readonly metadata: Readonly<Record<string, string>>
  /** Absent where it is sealed, or of a kind that this hub cannot read yet. */
  readonly content?: Content | undefined
  readonly status: string
  readonly reason?: string | undefined
}

export interface FallbackJson {
  readonly channel: string
  readonly account: string
  readonly address: string
  /** Seconds. */
  readonly after?: number | undefined
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
    fallback: message.fallback.length === 0 ? undefined : message.fallback.map(fallbackJson),
    humanAgent: message.humanAgent || undefined,
    replyTo: message.replyTo ?? undefined,
    providerMessageId: message.providerMessageId ?? undefined,
    metadata: message.metadata,
    content,
    status,
    reason: reason ?? undefined,
  }
}

const fallbackJson = ({
  channel,
  account,
  address,
  afterMs,
}: Message['fallback'][number]): FallbackJson => ({
  channel,
  account,
  address,
  after: afterMs === null ? undefined : afterMs / 1_000,
})
