import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import type { MessagePage } from './list-messages.ts'
import { summaryJson } from './message-json.ts'

/** After its check against schemas/search. */
export interface SearchRequest {
  readonly q: string
  readonly conversationId?: string
  readonly limit: number
  readonly before?: string
}

export type SearchMessages = (request: SearchRequest, caller: Caller) => Promise<MessagePage>

/** Newest first, within the tenant. Throws C4A_UNPROCESSABLE where the pipeline does not keep words. */
export function searchMessagesOperation({
  inbox,
  content,
  searchLanguage,
}: Pick<GatewayTools, 'inbox' | 'content' | 'searchLanguage'>): SearchMessages {
  return async ({ q, conversationId, limit, before }, { tenant }) => {
    if (searchLanguage === null) {
      throw new Chat4AllError('C4A_UNPROCESSABLE', {
        what: 'Messages cannot be searched here',
        why: 'the hub does not keep their words',
        todo: 'Ask the operator to set `search` of status-update in pipeline.yaml: `simple`, or a language',
      })
    }
    const query = { text: q, language: searchLanguage }
    const found = await inbox.search(
      tenant,
      conversationId === undefined ? query : { ...query, conversationId },
      before === undefined ? { limit } : { limit, before },
    )
    return {
      messages: found.map((summary) => summaryJson(summary, content)),
      next: found.length === limit ? found.at(-1)?.cursor : undefined,
    }
  }
}
