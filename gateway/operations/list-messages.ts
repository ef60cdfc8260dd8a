import type { MessageJson } from '../../domain/message-json.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import type { PageRequest } from './list-conversations.ts'
import { summaryJson } from './message-json.ts'
import { mustExist } from './must-exist.ts'
import type { ReadYourWrites } from './read-your-writes.ts'

export interface MessagePage {
  readonly messages: readonly MessageJson[]
  /** Absent on the last page. */
  readonly next?: string | undefined
}

export type ListMessages = (
  conversationId: string,
  page: PageRequest,
  caller: Caller,
) => Promise<MessagePage>

/** Newest first. Throws C4A_NOT_FOUND for a conversation that this tenant does not have. */
export function listMessagesOperation(
  { history, directory, content }: Pick<GatewayTools, 'history' | 'directory' | 'content'>,
  readYourWrites: ReadYourWrites,
): ListMessages {
  return async (conversationId, { limit, before, position }, { tenant }) => {
    const shown = await readYourWrites(position)
    const page = before === undefined ? { limit } : { limit, before }
    const found = await history.messages(tenant, conversationId, page, shown)
    if (found.length === 0) await mustExist(directory, tenant, conversationId)
    return {
      messages: found.map((summary) => summaryJson(summary, content)),
      next: found.length === limit ? found.at(-1)?.cursor : undefined,
    }
  }
}
