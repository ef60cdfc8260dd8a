import { instant } from '../../domain/instant.ts'
import type { Conversation, Participant } from '../../schemas/types.ts'

/** A conversation as the API shows it. */
export interface ConversationJson {
  readonly conversationId: string
  readonly kind: string
  readonly title?: string | undefined
  readonly participants: readonly ParticipantJson[]
  readonly createdAt: string
  readonly createdBy: string
}

interface ParticipantJson {
  readonly participantId: string
  readonly channel: string
  readonly account: string
  readonly address: string
  readonly displayName?: string | undefined
  /** Groups: since when, where not from the beginning. */
  readonly joinedAt?: string | undefined
}

export function conversationJson(conversation: Conversation): ConversationJson {
  return {
    conversationId: conversation.conversationId,
    kind: conversation.kind,
    title: conversation.title ?? undefined,
    participants: conversation.participants.map((participant) => ({
      participantId: participant.participantId,
      channel: participant.channel,
      account: participant.account,
      address: participant.address,
      displayName: participant.displayName ?? undefined,
      joinedAt: since(participant, conversation),
    })),
    createdAt: instant(conversation.createdAt),
    createdBy: conversation.createdBy,
  }
}

/** Whoever it was created with was there from the beginning. */
function since({ joinedAt }: Participant, { createdAt }: Conversation): string | undefined {
  return joinedAt === null || joinedAt <= createdAt ? undefined : instant(joinedAt)
}
