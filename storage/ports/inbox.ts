import type { Conversation, ReadMark } from '../../schemas/types.ts'
import type { MessageSummary, Page } from './history.ts'

/** What an inbox shows: questions that need the history and the directory together. Reads only. */
export interface Inbox {
  /**
   * The conversations in which something was said last, and how much of it is unread; one that nothing was said in
   * yet stands where it was created. Pages by `cursor`: a conversation that becomes active meanwhile moves to the front, where
   * later pages do not show it.
   */
  conversations(tenant: string, page: Page): Promise<readonly ConversationSummary[]>
  /**
   * Messages that hold all words of the query, newest first: words, "a phrase", -not, a or b. Only what was applied with
   * its text is found (`HistoryBatch.texts`). `search` is the same that it was applied with.
   */
  search(tenant: string, query: SearchQuery, page: Page): Promise<readonly MessageSummary[]>
}

export interface SearchQuery {
  readonly text: string
  /** The language of the words, as PostgreSQL names its configurations; `simple` knows none. */
  readonly language: string
  /** Only in this conversation. */
  readonly conversationId?: string
}

export interface ConversationSummary {
  readonly conversation: Conversation
  /** When something was last said, or it was created. Milliseconds since 1970 UTC. */
  readonly activeAt: number
  /** Undefined where nothing was said, or all of it was forgotten. */
  readonly last: MessageSummary | undefined
  /** How many messages people wrote since the mark; no more than `unreadMost` are counted. */
  readonly unread: number
  readonly read: ReadMark | undefined
  readonly cursor: string
}

export const unreadMost = 1_000
