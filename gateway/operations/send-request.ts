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
}

export interface SendTarget {
  readonly channel: string
  readonly address: string
  readonly account?: string
}

export type SendContent =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image' | 'document' | 'audio' | 'video'
      readonly url?: string
      readonly blobId?: string
      readonly mimeType?: string
      readonly filename?: string
      readonly caption?: string
    }
  | {
      readonly type: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name?: string
      readonly address?: string
    }
