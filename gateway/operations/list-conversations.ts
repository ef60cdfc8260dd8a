import { cursorOf } from '../../storage/ports/cursor.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { type ConversationJson, conversationJson } from './conversation-json.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

export interface PageRequest {
  readonly limit: number
  /** `next` of the page before. */
  readonly before?: string | undefined
  readonly position?: string | undefined
}

export interface ConversationPage {
  readonly conversations: readonly ConversationJson[]
  /** Absent on the last page. */
  readonly next?: string | undefined
}

export type ListConversations = (page: PageRequest, caller: Caller) => Promise<ConversationPage>

/** Newest first by creation. Throws C4A_BAD_REQUEST for a cursor that is none. */
export function listConversationsOperation(
  { directory }: Pick<GatewayTools, 'directory'>,
  readYourWrites: ReadYourWrites,
): ListConversations {
  return async ({ limit, before, position }, { tenant }) => {
    await readYourWrites(position)
    const found = await directory.list(tenant, before === undefined ? { limit } : { limit, before })
    const last = found.length === limit ? found.at(-1) : undefined
    return {
      conversations: found.map(conversationJson),
      next: last && cursorOf(last.createdAt, last.conversationId),
    }
  }
}
