import type { Conversation, Member, Participant } from '../../../schemas/types.ts'
import type { ParticipantRef } from '../../ports/directory.ts'
import { compare } from './history-view.ts'

/** Who came to groups and left them. */
export class MemoryMembers {
  /** By tenant and conversation, then by participant. */
  readonly #members = new Map<string, Map<string, Member>>()

  put(member: Member): void {
    const ofConversation = this.#members.get(keyOf(member)) ?? new Map<string, Member>()
    ofConversation.set(member.participantId, member)
    this.#members.set(keyOf(member), ofConversation)
  }

  /** Who is in both stands as the member says. */
  within(conversation: Conversation): Conversation {
    const known = this.#members.get(keyOf(conversation))
    if (!known) return conversation
    const stayed = conversation.participants.filter(
      ({ participantId }) => !known.has(participantId),
    )
    const present = [...known.values()]
      .filter(({ leftAt }) => leftAt === null)
      .sort((a, b) => a.joinedAt - b.joinedAt || compare(a.participantId, b.participantId))
    return { ...conversation, participants: [...stayed, ...present.map(participantOf)] }
  }

  seat({ tenant, participantId }: ParticipantRef): string | undefined {
    return [...this.#members.values()]
      .flatMap((ofConversation) => ofConversation.get(participantId) ?? [])
      .filter((member) => member.tenant === tenant && member.leftAt === null)
      .sort((a, b) => b.joinedAt - a.joinedAt || compare(b.conversationId, a.conversationId))[0]
      ?.conversationId
  }
}

const keyOf = ({ tenant, conversationId }: Pick<Member, 'tenant' | 'conversationId'>): string =>
  `${tenant}\0${conversationId}`

const participantOf = (member: Member): Participant => ({
  participantId: member.participantId,
  channel: member.channel,
  account: member.account,
  address: member.address,
  displayName: member.displayName,
  joinedAt: member.joinedAt,
})
