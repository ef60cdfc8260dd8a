import type { Alias, Conversation } from '../../../schemas/types.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { AddressRef, ConversationRef, Directory } from '../../ports/directory.ts'
import { compare } from './history-view.ts'

/** For tests and the simulator of the engine; forgets everything on exit. */
export function memoryDirectory(): Directory {
  const conversations = new Map<string, Conversation>()
  const aliases = new Map<string, Alias>()

  return {
    async conversations(refs) {
      return refs.map((ref) => conversations.get(conversationOf(ref)))
    },
    async aliases(refs) {
      return refs.map((ref) => aliases.get(addressOf(ref)))
    },
    async list(tenant, { limit, before }) {
      const end = before === undefined ? undefined : parseCursor(before)
      return [...conversations.values()]
        .filter((each) => each.tenant === tenant)
        .filter(
          ({ createdAt, conversationId }) =>
            !end ||
            createdAt < end.at ||
            (createdAt === end.at && compare(conversationId, end.id) < 0),
        )
        .sort((a, b) => b.createdAt - a.createdAt || compare(b.conversationId, a.conversationId))
        .slice(0, limit)
    },
    async applyConversations(records) {
      for (const each of records) conversations.set(conversationOf(each), each)
    },
    async applyAliases(records) {
      for (const each of records) aliases.set(addressOf(each), each)
    },
  }
}

const conversationOf = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

const addressOf = ({ tenant, channel, account, address }: AddressRef): string =>
  [tenant, channel, account, address].join('\0')
