import type { Content } from '../../domain/content.ts'

/** What a client asks for with a send, after its check against schemas/send-request. REST and gRPC give the same. */
export interface SendRequest {
  readonly messageId?: string
  readonly conversationId?: string
  readonly to?: SendTarget
  readonly content: SendContent
  readonly metadata?: Readonly<Record<string, string>>
  readonly replyTo?: string
  /** RFC 3339. */
  readonly expiresAt?: string
  /** RFC 3339. */
  readonly sendAt?: string
  /** With `to`: where it goes when it does not get through, in turn. */
  readonly fallback?: readonly FallbackTarget[]
  /** A person answers; needs the permission for it. */
  readonly humanAgent?: boolean
}

export interface SendTarget {
  readonly channel: string
  readonly address: string
  readonly account?: string
}

export interface FallbackTarget extends SendTarget {
  /** Seconds that the channel before may take to deliver; absent: only its failure moves on. */
  readonly after?: number
}

/** What clients may send: what a platform alone can give (its own ids, taps of people) is not among it. */
export type SendContent = Exclude<Content, { type: 'choice' | 'unsupported' }>
