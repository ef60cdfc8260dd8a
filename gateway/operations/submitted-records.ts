import type { Message } from '../../schemas/types.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { requestDigest } from './request-digest.ts'
import type { SendRequest } from './send-request.ts'
import { type RecordTools, SubmittedRecord } from './submitted-record.ts'

export interface MintedIds {
  readonly messageId: string
  readonly submissionId: string
  readonly conversationId: string
}

/** Where a message goes; with a conversation's own id the person's address is for enrich to find. */
export interface Target {
  readonly conversationId: string
  readonly key: string
  readonly channel: string | null
  readonly account: string | null
  readonly address: string | null
}

/** A request that can be sent. */
export interface Draft {
  readonly acceptance: Acceptance
  readonly request: SendRequest
  readonly target: Target
  readonly expiresAt: number | null
  /** Null where it is to be sent at once. */
  readonly sendAt: number | null
  /** Where it goes when it did not get through, in turn. */
  readonly fallback: Message['fallback']
  /** Apart, because they alone are kept until the log has answered. */
  readonly ids: MintedIds
}

/** What all messages of one call have in common. */
export interface Acceptance {
  readonly caller: Caller
  readonly traceparent: string
  readonly acceptedAt: number
  /** The same as a header says it. */
  readonly acceptedAtText: string
}

/**
 * Drafts as the records that the log will hold. Each step is done for all of them before the next: the hash, Avro
 * and what is around them are more code than the processor's caches hold, and one message after another would
 * fetch it anew for each (measured: 3.7 us a message, and 2.8 step by step).
 */
export function submittedRecords(tools: RecordTools & Pick<GatewayTools, 'ids'>) {
  const { ids } = tools
  return (drafts: readonly Draft[]): readonly NewRecord[] => {
    const digests = drafts.map(({ request }) => requestDigest(request, ids))
    return drafts.map((draft, nth) => {
      const digested = digests[nth]
      if (!digested) throw new Error('never: there is one for each draft')
      return new SubmittedRecord(tools, draft, digested)
    })
  }
}
