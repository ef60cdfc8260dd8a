import type { Conversation } from '../../../schemas/types.ts'
import { cursorOf, parseCursor } from '../../ports/cursor.ts'
import type { Directory } from '../../ports/directory.ts'
import type { MessageSummary, Page } from '../../ports/history.ts'
import { type ConversationSummary, type Inbox, unreadMost } from '../../ports/inbox.ts'
import type { MemoryHistory } from './history.ts'
import { compare } from './history-view.ts'
import { holdsWords } from './holds-words.ts'

/** Looks through everything, for tests and the simulator of the engine. */
export function memoryInbox(history: MemoryHistory, directory: Directory): Inbox {
  const everything = { limit: Number.MAX_SAFE_INTEGER }

  async function summaryOf(conversation: Conversation): Promise<ConversationSummary> {
    const { tenant, conversationId, createdAt } = conversation
    const messages = await history.messages(tenant, conversationId, everything)
    const [read] = await directory.reads([conversation])
    const unread = messages.filter(
      ({ message }) => message.direction === 'inbound' && message.acceptedAt > (read?.readTo ?? 0),
    ).length
    const last = messages[0]
    const activeAt = Math.max(createdAt, last?.message.acceptedAt ?? 0)
    return {
      conversation,
      activeAt,
      last,
      unread: Math.min(unread, unreadMost),
      read,
      cursor: cursorOf(activeAt, conversationId),
    }
  }

  return {
    async conversations(tenant, page) {
      const all = await directory.list(tenant, everything)
      const summaries = await Promise.all(all.map(summaryOf))
      return paged(summaries, page, ({ activeAt, conversation }) => ({
        at: activeAt,
        id: conversation.conversationId,
      }))
    },

    async search(tenant, { text, conversationId }, page) {
      const found = new Set<MessageSummary>()
      const ofMessage = new Map<string, MessageSummary | undefined>()
      for (const each of history.texts(tenant)) {
        if (!holdsWords(each.text, text)) continue
        const { messageId, submissionId } = each.message
        if (!ofMessage.has(messageId)) ofMessage.set(messageId, await standingOf(each.message))
        const summary = ofMessage.get(messageId)
        if (summary?.message.submissionId === submissionId) found.add(summary)
      }
      const inIt = [...found].filter(
        ({ message }) => !conversationId || message.conversationId === conversationId,
      )
      return paged(inIt, page, ({ message }) => ({
        at: message.acceptedAt,
        id: message.submissionId,
      }))
    },
  }

  async function standingOf(of: MessageSummary['message']): Promise<MessageSummary | undefined> {
    const view = await history.message(of.tenant, of.messageId)
    if (!view) return undefined
    const { message, status, reason } = view
    return { message, status, reason, cursor: cursorOf(message.acceptedAt, message.submissionId) }
  }
}

/** Newest first, from behind `before`. */
function paged<Row>(
  rows: readonly Row[],
  { limit, before }: Page,
  endOf: (row: Row) => { readonly at: number; readonly id: string },
): readonly Row[] {
  const end = before === undefined ? undefined : parseCursor(before)
  return rows
    .map((row) => ({ row, ...endOf(row) }))
    .filter(({ at, id }) => !end || at < end.at || (at === end.at && compare(id, end.id) < 0))
    .sort((a, b) => b.at - a.at || compare(b.id, a.id))
    .slice(0, limit)
    .map(({ row }) => row)
}
