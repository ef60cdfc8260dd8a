import type { Alias, Conversation, ReadMark } from '../../schemas/types.ts'

/**
 * Who talks with whom. The truth is the compacted topics `directory.*`; this is their projection.
 * Reads answer from the projection, so a caller that must see a change waits for its position first.
 */
export interface Directory {
  conversations(refs: readonly ConversationRef[]): Promise<readonly (Conversation | undefined)[]>
  aliases(refs: readonly AddressRef[]): Promise<readonly (Alias | undefined)[]>
  /** How far the client has read; undefined where nothing was marked. */
  reads(refs: readonly ConversationRef[]): Promise<readonly (ReadMark | undefined)[]>
  /** Newest first by creation; `before` is the last `createdAt/conversationId` of the page before. */
  list(
    tenant: string,
    options: { readonly limit: number; readonly before?: string },
  ): Promise<readonly Conversation[]>
  /** Applies records of the directory topics; later ones of a key win. Idempotent. */
  applyConversations(conversations: readonly Conversation[]): Promise<void>
  applyAliases(aliases: readonly Alias[]): Promise<void>
  /** A mark never goes back: of several the furthest holds. */
  applyReads(marks: readonly ReadMark[]): Promise<void>
}

export interface ConversationRef {
  readonly tenant: string
  readonly conversationId: string
}

export interface AddressRef {
  readonly tenant: string
  readonly channel: string
  readonly account: string
  readonly address: string
}
