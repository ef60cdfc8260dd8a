import { Chat4AllError, type ErrorCode } from '../../topology/contract/errors.ts'
import type { Position } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { invalid } from './invalid.ts'
import type { PositionTokens } from './position-token.ts'
import type { Preparer } from './preparer.ts'
import type { SchemaCheck } from './schema-check.ts'
import { type Accepted, acceptedAs, notAppended } from './send.ts'
import type { SendLimit } from './send-limit.ts'
import type { SendRequest } from './send-request.ts'
import type { Acceptance, Draft, MintedIds } from './submitted-records.ts'

/** What became of one item; in the order of the items. */
export type BatchItem =
  | Accepted
  | {
      /**
       * refused: this item cannot be sent. not-attempted: an earlier item of its conversation was not
       * accepted. unavailable: the log did not confirm it; repeat it with this messageId.
       */
      readonly status: 'refused' | 'not-attempted' | 'unavailable'
      readonly messageId?: string | undefined
      readonly submissionId?: string | undefined
      readonly conversationId?: string | undefined
      readonly error: { readonly code: ErrorCode; readonly detail: string }
    }

export interface BatchResult {
  readonly items: readonly BatchItem[]
  /** Set when the log failed: all that could be accepted is `unavailable`. */
  readonly failure: Chat4AllError | undefined
}

/**
 * Batches of one caller, one after another: after an item of a conversation was not accepted, its later
 * ones are not attempted, in this batch and the next, or the person would read them out of order.
 */
export interface BatchSession {
  /**
   * One append for all of them. Items are checked here, so that one bad item does not cost the others. Throws
   * what the limit throws, and then none of them was attempted.
   */
  send(items: readonly unknown[]): Promise<BatchResult>
}

export type OpenBatch = (caller: Caller, traceparent: string) => BatchSession

export function batchOperation(
  broker: GatewayTools['broker'],
  preparer: Preparer,
  positions: PositionTokens,
  isSendRequest: SchemaCheck,
  limit: SendLimit,
): OpenBatch {
  return (caller, traceparent) => {
    const blocked = new Set<string>()

    /** The item as it can be sent, or why not. */
    function drafted(item: unknown, acceptance: Acceptance): Draft | BatchItem {
      try {
        if (!isSendRequest(item)) throw invalid(isSendRequest.errors ?? [], 'The message')
        const draft = preparer.draft(item as SendRequest, acceptance)
        const isBlocked = blocked.size > 0 && blocked.has(draft.ids.conversationId)
        return isBlocked ? notAttempted(draft.ids) : draft
      } catch (error) {
        if (!(error instanceof Chat4AllError)) throw error
        const conversationId = conversationOf(item)
        if (conversationId !== undefined) blocked.add(conversationId)
        return refused(item, conversationId, error)
      }
    }

    function conversationOf(item: unknown): string | undefined {
      const { conversationId, to } = fieldsOf(item)
      if (typeof conversationId === 'string') return conversationId
      return preparer.directConversation(to, caller)
    }

    /** What became of the items once the log has answered; `stored` are the positions of the attempted ones. */
    function answered(outcomes: readonly (MintedIds | BatchItem)[], stored: readonly Position[]) {
      let next = 0
      const items = outcomes.map((each) =>
        isAnswered(each) ? each : acceptedAs(each, stored[next++], positions),
      )
      return { items, failure: undefined }
    }

    function failed(outcomes: readonly (MintedIds | BatchItem)[], cause: unknown): BatchResult {
      const failure = notAppended(cause)
      const items = outcomes.map((each) => {
        if (isAnswered(each)) return each
        blocked.add(each.conversationId)
        return unavailable(each, failure)
      })
      return { items, failure }
    }

    return {
      async send(items) {
        limit(caller, items.length)
        const outcomes: (MintedIds | BatchItem)[] = []
        const drafts: Draft[] = []
        const acceptance = preparer.acceptance(caller, traceparent)
        for (const item of items) {
          const each = drafted(item, acceptance)
          if (isDraft(each)) {
            drafts.push(each)
            outcomes.push(each.ids)
          } else outcomes.push(each)
        }
        if (drafts.length === 0) return answered(outcomes, [])
        return broker.append(preparer.records(drafts)).then(
          (stored) => answered(outcomes, stored),
          (cause: unknown) => failed(outcomes, cause),
        )
      },
    }
  }
}

const isDraft = (item: Draft | BatchItem): item is Draft => 'request' in item
const isAnswered = (item: MintedIds | BatchItem): item is BatchItem => 'status' in item

function fieldsOf(item: unknown): Readonly<Record<string, unknown>> {
  return typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {}
}

function refused(
  item: unknown,
  conversationId: string | undefined,
  { code, message }: Chat4AllError,
): BatchItem {
  const { messageId } = fieldsOf(item)
  return {
    status: 'refused',
    messageId: typeof messageId === 'string' ? messageId : undefined,
    conversationId,
    error: { code, detail: message },
  }
}

function notAttempted({ messageId, conversationId }: MintedIds): BatchItem {
  return {
    status: 'not-attempted',
    messageId,
    conversationId,
    error: {
      code: 'C4A_CONFLICT',
      detail:
        'An earlier message of this conversation was not accepted. Send both again, in order.',
    },
  }
}

function unavailable(ids: MintedIds, { code, message }: Chat4AllError): BatchItem {
  return {
    status: 'unavailable',
    messageId: ids.messageId,
    submissionId: ids.submissionId,
    conversationId: ids.conversationId,
    error: { code, detail: message },
  }
}
