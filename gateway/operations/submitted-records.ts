import type { headerNames } from '../../domain/headers.ts'
import type { Message } from '../../schemas/types.ts'
import type { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { requestDigest } from './request-digest.ts'
import type { SendRequest } from './send-request.ts'

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
}

type RecordTools = Pick<GatewayTools, 'codec' | 'content' | 'ids' | 'topics' | 'revision'>

/** The headers of a record as it comes from the gateway. */
type SubmittedHeaders = Readonly<
  Record<
    (typeof headerNames)[keyof typeof headerNames] | (typeof engineHeaders)['revision'],
    string
  >
>

/**
 * Drafts as the records that the log will hold. Each step is done for all of them before the next: the hash, Avro
 * and what is around them are more code than the processor's caches hold, and one message after another would
 * fetch it anew for each (measured: 3.7 us a message, and 2.8 step by step).
 */
export function submittedRecords({ codec, content, ids, topics, revision }: RecordTools) {
  return (drafts: readonly Draft[]): readonly NewRecord[] => {
    const digests = drafts.map(({ request }) => requestDigest(request, ids))
    const digestOf = (nth: number) => digests[nth] ?? '' // there is one for each draft
    const values = drafts.map((draft, nth) => {
      const nested = content.nested(draft.request.content)
      return codec.encode('Message', messageOf(draft, digestOf(nth), nested))
    })
    return drafts.map(({ acceptance, target, ids: own }, nth): NewRecord => {
      const { caller, traceparent, acceptedAt: timestampMs } = acceptance
      // Names that stand here as they are: those that are worked out cost four times as much, and the type holds both alike.
      const headers: SubmittedHeaders = {
        'c4a-tenant': caller.tenant,
        'c4a-message-id': own.messageId,
        'c4a-submission-id': own.submissionId,
        'c4a-conversation': target.conversationId,
        'c4a-accepted-at': String(timestampMs),
        'c4a-digest': digestOf(nth),
        traceparent,
        'c4a-rev': revision,
      }
      const value = values[nth] ?? null // never null: as above
      return { topic: topics.submitted, key: target.key, value, headers, timestampMs }
    })
  }
}

/** The order of the fields is the schema's: objects of one shape encode twice as fast. */
function messageOf(
  { acceptance, request, target, expiresAt, sendAt, fallback, ids }: Draft,
  digest: string,
  content: unknown,
): Omit<Message, 'content'> & { readonly content: unknown } {
  const { caller, acceptedAt } = acceptance
  return {
    messageId: ids.messageId,
    submissionId: ids.submissionId,
    tenant: caller.tenant,
    conversationId: target.conversationId,
    direction: 'outbound',
    senderId: caller.keyId,
    channel: target.channel,
    account: target.account,
    address: target.address,
    acceptedAt,
    expiresAt,
    sendAt,
    fallback,
    humanAgent: request.humanAgent === true,
    replyTo: request.replyTo ?? null,
    providerMessageId: null,
    metadata: request.metadata ?? noMetadata,
    digest,
    contentKind: request.content.type,
    content,
    seal: null,
    origin: null,
  }
}

const noMetadata: Readonly<Record<string, string>> = {}
