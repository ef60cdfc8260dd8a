import { LRUCache } from 'lru-cache'
import { headerNames } from '../../domain/headers.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import { canonicalText } from './canonical-text.ts'
import type { SendRequest, SendTarget } from './send-request.ts'
import { uuidV7Source } from './uuid-v7.ts'

/** A request made into the record that the log will hold. */
export interface Prepared {
  readonly messageId: string
  readonly submissionId: string
  readonly conversationId: string
  readonly record: NewRecord
}

/** Turns a checked request into its record, without asking anything outside this process. */
export interface Preparer {
  /** Throws C4A_UNPROCESSABLE when the channel or account is not served, or the end lies in the past. */
  prepare(request: SendRequest, caller: Caller, traceparent: string): Prepared
  /** The conversation that a `to` stands for; undefined where it is none. Takes anything. */
  directConversation(to: unknown, caller: Caller): string | undefined
}

interface Target {
  readonly conversationId: string
  readonly channel: string | null
  readonly account: string | null
  readonly address: string | null
}

type PrepareTools = Pick<
  GatewayTools,
  'codec' | 'content' | 'ids' | 'clock' | 'channels' | 'topics'
>

export function preparer(tools: PrepareTools): Preparer {
  const { codec, content, ids, clock, topics } = tools
  const mint = uuidV7Source(() => clock.now())
  const findAccount = accountFinder(tools.channels)
  // Saves an HMAC for people who get many messages; 100,000 entries are some 20 MB.
  const targets = new LRUCache<string, Target>({ max: 100_000 })

  function targetOf(request: SendRequest, tenant: string): Target {
    const { to, conversationId } = request
    if (to !== undefined) return direct(to, tenant)
    // The check of the request has made sure of one of the two.
    return { conversationId: conversationId ?? '', channel: null, account: null, address: null }
  }

  function direct(to: SendTarget, tenant: string): Target {
    const name = `${tenant}\0${to.channel}\0${to.account ?? ''}\0${to.address}`
    const known = targets.get(name)
    if (known !== undefined) return known
    const { account, address } = findAccount(to, tenant)
    const conversationId = ids.conversation(tenant, to.channel, account, address)
    const target: Target = { conversationId, channel: to.channel, account, address }
    targets.set(name, target)
    return target
  }

  return {
    prepare(request, caller, traceparent) {
      const { tenant } = caller
      const acceptedAt = clock.now()
      const target = targetOf(request, tenant)
      const expiresAt = endOf(request, acceptedAt)
      const submissionId = mint()
      const messageId = request.messageId ?? mint()
      const digest = ids.digest(digestedText(request))
      // The order of the fields is the schema's: objects of one shape encode twice as fast.
      const message: Message = {
        messageId,
        submissionId,
        tenant,
        conversationId: target.conversationId,
        direction: 'outbound',
        senderId: caller.keyId,
        channel: target.channel,
        account: target.account,
        address: target.address,
        acceptedAt,
        expiresAt,
        replyTo: request.replyTo ?? null,
        providerMessageId: null,
        metadata: request.metadata ?? noMetadata,
        digest,
        contentKind: request.content.type,
        content: content.encode(request.content),
        seal: null,
      }
      const record: NewRecord = {
        topic: topics.submitted,
        key: conversationKey(tenant, target.conversationId),
        value: codec.encode('Message', message),
        headers: {
          [headerNames.tenant]: tenant,
          [headerNames.messageId]: messageId,
          [headerNames.submissionId]: submissionId,
          [headerNames.conversation]: target.conversationId,
          [headerNames.acceptedAt]: String(acceptedAt),
          [headerNames.digest]: digest,
          [headerNames.traceparent]: traceparent,
        },
        timestampMs: acceptedAt,
      }
      return { messageId, submissionId, conversationId: target.conversationId, record }
    },

    directConversation(to, caller) {
      if (!isTarget(to)) return undefined
      try {
        return direct(to, caller.tenant).conversationId
      } catch {
        return undefined
      }
    },
  }
}

function isTarget(to: unknown): to is SendTarget {
  if (typeof to !== 'object' || to === null) return false
  const { channel, address, account } = to as Readonly<Record<string, unknown>>
  return (
    typeof channel === 'string' &&
    typeof address === 'string' &&
    (account === undefined || typeof account === 'string')
  )
}

const noMetadata: Readonly<Record<string, string>> = {}

/** The client's own fields: what makes two requests with one messageId the same request. */
function digestedText(request: SendRequest): string {
  return canonicalText({
    content: request.content,
    conversationId: request.conversationId,
    expiresAt: request.expiresAt,
    metadata: request.metadata,
    replyTo: request.replyTo,
    to: request.to,
  })
}

function endOf({ expiresAt }: SendRequest, now: number): number | null {
  if (expiresAt === undefined) return null
  const end = Date.parse(expiresAt)
  if (end > now) return end
  throw new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'The message has already expired',
    why: `'expiresAt' is ${expiresAt}, and here it is ${new Date(now).toISOString()}`,
    todo: 'Give an instant in the future, or none',
  })
}
