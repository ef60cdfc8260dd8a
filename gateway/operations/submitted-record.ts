import type { headerNames } from '../../domain/headers.ts'
import type { Message } from '../../schemas/types.ts'
import type { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord, ValueInPlace } from '../../topology/contract/record.ts'
import type { GatewayTools } from '../tools.ts'
import type { Digested } from './request-digest.ts'
import type { Draft } from './submitted-records.ts'

export type RecordTools = Pick<GatewayTools, 'codec' | 'content' | 'topics' | 'revision'>

/** The headers of a record as it comes from the gateway. */
type SubmittedHeaders = Readonly<
  Record<
    (typeof headerNames)[keyof typeof headerNames] | (typeof engineHeaders)['revision'],
    string
  >
>

/** A draft as the record that the log will hold: its value is encoded where it is to stand, or apart when somebody asks for it so. */
export class SubmittedRecord implements NewRecord, ValueInPlace {
  readonly topic: string
  readonly key: string
  readonly headers: SubmittedHeaders
  readonly timestampMs: number
  readonly bound: number
  readonly #tools: RecordTools
  readonly #draft: Draft
  readonly #digest: string
  #value: Uint8Array | undefined = undefined

  constructor(tools: RecordTools, draft: Draft, { digest, bytes }: Digested) {
    const { acceptance, target, ids } = draft
    const { caller, traceparent, acceptedAt, acceptedAtText } = acceptance
    this.topic = tools.topics.submitted
    this.key = target.key
    // Names that stand here as they are: those that are worked out cost four times as much, and the type holds both alike.
    this.headers = {
      'c4a-tenant': caller.tenant,
      'c4a-message-id': ids.messageId,
      'c4a-submission-id': ids.submissionId,
      'c4a-conversation': target.conversationId,
      'c4a-accepted-at': acceptedAtText,
      'c4a-digest': digest,
      traceparent,
      'c4a-rev': tools.revision,
    }
    this.timestampMs = acceptedAt
    this.bound = bytes === 0 ? 0 : boundOf(draft, bytes)
    this.#tools = tools
    this.#draft = draft
    this.#digest = digest
  }

  get value(): Uint8Array {
    this.#value ??= this.#tools.codec.encode('Message', this.#message())
    return this.#value
  }

  /** Not for what is rare and large: how long it is at most is told by what was digested of it. */
  get inPlace(): ValueInPlace | undefined {
    return this.bound === 0 ? undefined : this
  }

  write(buffer: Buffer, at: number): number {
    return this.#tools.codec.write('Message', this.#message(), buffer, at)
  }

  /** The order of the fields is the schema's: objects of one shape encode twice as fast. */
  #message(): Omit<Message, 'content'> & { readonly content: unknown } {
    const { acceptance, request, target, expiresAt, sendAt, fallback, ids } = this.#draft
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
      digest: this.#digest,
      contentKind: request.content.type,
      content: this.#tools.content.nested(request.content),
      seal: null,
      origin: null,
    }
  }
}

const noMetadata: Readonly<Record<string, string>> = {}

/** What was digested are the client's texts with a zero between each two, for which Avro takes as much again at most; the rest is ours. */
function boundOf({ acceptance, target, ids }: Draft, bytes: number): number {
  const { tenant, keyId } = acceptance.caller
  const { conversationId, channel, account, address } = target
  const units =
    ids.messageId.length +
    ids.submissionId.length +
    tenant.length +
    keyId.length +
    conversationId.length +
    (channel?.length ?? 0) +
    (account?.length ?? 0) +
    (address?.length ?? 0)
  return 2 * bytes + 3 * units + fixedBytes
}

/** Lengths, times, marks of what is null, the digest and what is the same in all of them: some 150. */
const fixedBytes = 256
