import { instant } from '../../domain/instant.ts'
import type { MessageJson } from '../../domain/message-json.ts'
import { cursorOf } from '../../storage/ports/cursor.ts'
import type { ConversationSummary } from '../../storage/ports/inbox.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { type ConversationJson, conversationJson } from './conversation-json.ts'
import { summaryJson } from './message-json.ts'
import { type ReadMarkJson, readMarkJson } from './read-mark-json.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

export interface PageRequest {
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string | undefined
  readonly position?: string | undefined
}

export interface ConversationPageRequest extends PageRequest {
  readonly order: 'creation' | 'activity'
}

/** With what an inbox shows of it, in the list by activity. */
export interface ListedConversation extends ConversationJson {
  readonly activeAt?: string
  readonly unread?: number
  readonly read?: ReadMarkJson | undefined
  readonly lastMessage?: MessageJson | undefined
}

export interface ConversationPage {
  readonly conversations: readonly ListedConversation[]
  /** Absent on the last page. */
  readonly next?: string | undefined
}

export type ListConversations = (
  page: ConversationPageRequest,
  caller: Caller,
) => Promise<ConversationPage>

/** Newest first by creation, or by what was said last. Throws C4A_BAD_REQUEST for a cursor that is none. */
export function listConversationsOperation(
  { directory, inbox, content }: Pick<GatewayTools, 'directory' | 'inbox' | 'content'>,
  readYourWrites: ReadYourWrites,
): ListConversations {
  const listed = (summary: ConversationSummary): ListedConversation => ({
    ...conversationJson(summary.conversation),
    activeAt: instant(summary.activeAt),
    unread: summary.unread,
    read: summary.read && readMarkJson(summary.read),
    lastMessage: summary.last && summaryJson(summary.last, content),
  })

  return async ({ limit, before, position, order }, { tenant }) => {
    await readYourWrites(position)
    const page = before === undefined ? { limit } : { limit, before }
    if (order === 'activity') {
      const found = await inbox.conversations(tenant, page)
      return {
        conversations: found.map(listed),
        next: found.length === limit ? found.at(-1)?.cursor : undefined,
      }
    }
    const found = await directory.list(tenant, page)
    const last = found.length === limit ? found.at(-1) : undefined
    return {
      conversations: found.map(conversationJson),
      next: last && cursorOf(last.createdAt, last.conversationId),
    }
  }
}
