import type { Alias, Conversation } from '../../../schemas/types.ts'
import type {
  AddressRef,
  ConversationRef,
  Directory,
  ParticipantRef,
} from '../../ports/directory.ts'
import { RecentAnswers } from './recent-answers.ts'

/** Participants, and addresses. */
const maxWeight = 100_000

/**
 * A directory that asks the one beneath it once for what many messages need: the same people are written
 * to again and again, and a look-up costs as much as a row of the history. Nobody else may change the
 * tables beneath it.
 */
export function recentDirectory(directory: Directory): Directory {
  const conversations = new RecentAnswers<Conversation | undefined>(maxWeight, weightOf)
  // Nearly no address has an alias, so that it has none is what is worth knowing.
  const aliases = new RecentAnswers<Alias | null>(maxWeight, () => 1)
  // Likewise: few people are in a group.
  const seats = new RecentAnswers<string | null>(maxWeight, () => 1)

  return {
    conversations: (refs) =>
      conversations.answers(refs.map(conversationKey), (places) =>
        directory.conversations(places.flatMap((place) => refs[place] ?? [])),
      ),
    async aliases(refs) {
      const found = await aliases.answers(refs.map(addressKey), async (places) => {
        const asked = await directory.aliases(places.flatMap((place) => refs[place] ?? []))
        return asked.map((alias) => alias ?? null)
      })
      return found.map((alias) => alias ?? undefined)
    },
    async seats(refs) {
      const found = await seats.answers(refs.map(participantKey), async (places) => {
        const asked = await directory.seats(places.flatMap((place) => refs[place] ?? []))
        return asked.map((seat) => seat ?? null)
      })
      return found.map((seat) => seat ?? undefined)
    },
    reads: (refs) => directory.reads(refs),
    list: (tenant, options) => directory.list(tenant, options),
    applyConversations: (changed) =>
      conversations.change(changed.map(conversationKey), () =>
        directory.applyConversations(changed),
      ),
    applyAliases: (changed) =>
      aliases.change(changed.map(addressKey), () => directory.applyAliases(changed)),
    applyMembers: (changed) =>
      conversations.change(changed.map(conversationKey), () =>
        seats.change(changed.map(participantKey), () => directory.applyMembers(changed)),
      ),
    applyReads: (marks) => directory.applyReads(marks),
  }
}

/** What is not known is asked for again: it may be on its way. */
const weightOf = (conversation: Conversation | undefined): number =>
  conversation ? 1 + conversation.participants.length : 0

const conversationKey = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

const participantKey = ({ tenant, participantId }: ParticipantRef): string =>
  `${tenant}\0${participantId}`

const addressKey = ({ tenant, channel, account, address }: AddressRef): string =>
  `${tenant}\0${channel}\0${account}\0${address}`
