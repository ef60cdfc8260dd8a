import type { Alias, Conversation, Member, ReadMark } from '../../schemas/types.ts'

/**
 * Who talks with whom. The truth is the compacted topics `directory.*`; this is their projection.
 * Reads answer from the projection, so a caller that must see a change waits for its position first.
 */
export interface Directory {
  conversations(refs: readonly ConversationRef[]): Promise<readonly (Conversation | undefined)[]>
  aliases(refs: readonly AddressRef[]): Promise<readonly (Alias | undefined)[]>
  /**
   * The group in which each of these people is heard when they write to us directly: the one they joined last, of those
   * they have not left. Undefined for who is in none.
   */
  seats(refs: readonly ParticipantRef[]): Promise<readonly (string | undefined)[]>
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
  /**
   * Who came to groups and left them; later ones of a person win. `conversations` shows a group's participants with all
   * that is known of that, whichever is applied first.
   */
  applyMembers(members: readonly Member[]): Promise<void>
  /** A mark never goes back: of several the furthest holds. */
  applyReads(marks: readonly ReadMark[]): Promise<void>
}

export interface ConversationRef {
  readonly tenant: string
  readonly conversationId: string
}

export interface ParticipantRef {
  readonly tenant: string
  readonly participantId: string
}

export interface AddressRef {
  readonly tenant: string
  readonly channel: string
  readonly account: string
  readonly address: string
}
