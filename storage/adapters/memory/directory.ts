import type { Alias, Conversation, Member, ReadMark } from '../../../schemas/types.ts'
import { parseCursor } from '../../ports/cursor.ts'
import type { AddressRef, ConversationRef, Directory } from '../../ports/directory.ts'
import { compare } from './history-view.ts'
import { MemoryMembers } from './members.ts'

/** For tests and the simulator of the engine; forgets everything on exit. */
export function memoryDirectory(): Directory {
  /** By tenant, then by id. */
  const conversations = new Map<string, Map<string, Conversation>>()
  const aliases = new Map<string, Alias>()
  const reads = new Map<string, ReadMark>()
  const members = new MemoryMembers()

  const shown = (conversation: Conversation | undefined) =>
    conversation && (conversation.kind === 'group' ? members.within(conversation) : conversation)

  return {
    async conversations(refs) {
      return refs.map(({ tenant, conversationId }) =>
        shown(conversations.get(tenant)?.get(conversationId)),
      )
    },
    async aliases(refs) {
      return refs.map((ref) => (aliases.size > 0 ? aliases.get(addressOf(ref)) : undefined))
    },
    async seats(refs) {
      return refs.map((ref) => members.seat(ref))
    },
    async reads(refs) {
      return refs.map((ref) => reads.get(refOf(ref)))
    },
    async list(tenant, { limit, before }) {
      const end = before === undefined ? undefined : parseCursor(before)
      return [...(conversations.get(tenant)?.values() ?? [])]
        .filter(
          ({ createdAt, conversationId }) =>
            !end ||
            createdAt < end.at ||
            (createdAt === end.at && compare(conversationId, end.id) < 0),
        )
        .sort((a, b) => b.createdAt - a.createdAt || compare(b.conversationId, a.conversationId))
        .slice(0, limit)
        .flatMap((each) => shown(each) ?? [])
    },
    async applyConversations(records) {
      for (const each of records) {
        const { tenant, conversationId } = each
        const ofTenant = conversations.get(tenant)
        if (ofTenant) ofTenant.set(conversationId, each)
        else conversations.set(tenant, new Map([[conversationId, each]]))
      }
    },
    async applyAliases(records) {
      for (const each of records) aliases.set(addressOf(each), each)
    },
    async applyMembers(records: readonly Member[]) {
      for (const each of records) members.put(each)
    },
    async applyReads(records) {
      for (const each of records) {
        const known = reads.get(refOf(each))
        if (!known || known.readTo < each.readTo) reads.set(refOf(each), each)
      }
    },
  }
}

const refOf = ({ tenant, conversationId }: ConversationRef): string =>
  `${tenant}\0${conversationId}`

const addressOf = ({ tenant, channel, account, address }: AddressRef): string =>
  [tenant, channel, account, address].join('\0')
