import { headerNames } from '../../domain/headers.ts'
import { conversationKey } from '../../domain/keys.ts'
import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { engineHeaders } from '../../topology/contract/headers.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import { digestedText } from './digested-text.ts'
import { RecentTargets } from './recent-targets.ts'
import type { SendRequest, SendTarget } from './send-request.ts'
import { uuidV7Source } from './uuid-v7.ts'

export interface MintedIds {
  readonly messageId: string
  readonly submissionId: string
  readonly conversationId: string
}

/** A request made into the record that the log will hold. */
export interface Prepared {
  /** Apart from the record, which need not be kept until the log has answered. */
  readonly ids: MintedIds
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
  readonly key: string
  readonly channel: string | null
  readonly account: string | null
  readonly address: string | null
}

type PrepareTools = Pick<
  GatewayTools,
  'codec' | 'content' | 'ids' | 'clock' | 'channels' | 'topics' | 'revision'
>

export function preparer(tools: PrepareTools): Preparer {
  const { codec, content, ids, clock, topics, revision } = tools
  const mint = uuidV7Source()
  const findAccount = accountFinder(tools.channels)
  // Saves an HMAC for people who get many messages; 100,000 entries are some 20 MB.
  const targets = new RecentTargets<Target>(50_000)

  function targetOf({ to, conversationId = '' }: SendRequest, tenant: string): Target {
    if (to !== undefined) return direct(to, tenant)
    // The check of the request has made sure of one of the two.
    const key = conversationKey(tenant, conversationId)
    return { conversationId, key, channel: null, account: null, address: null }
  }

  function direct(to: SendTarget, tenant: string): Target {
    const known = targets.get(tenant, to)
    if (known !== undefined) return known
    const { account, address } = findAccount(to, tenant)
    const conversationId = ids.conversation(tenant, to.channel, account, address)
    const key = conversationKey(tenant, conversationId)
    const target: Target = { conversationId, key, channel: to.channel, account, address }
    targets.set(tenant, to, target)
    return target
  }

  return {
    prepare(request, caller, traceparent) {
      const { tenant } = caller
      const acceptedAt = clock.now()
      const target = targetOf(request, tenant)
      const expiresAt = endOf(request, acceptedAt)
      const submissionId = mint(acceptedAt)
      const messageId = request.messageId ?? mint(acceptedAt)
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
        key: target.key,
        value: codec.encode('Message', message),
        headers: {
          [headerNames.tenant]: tenant,
          [headerNames.messageId]: messageId,
          [headerNames.submissionId]: submissionId,
          [headerNames.conversation]: target.conversationId,
          [headerNames.acceptedAt]: String(acceptedAt),
          [headerNames.digest]: digest,
          [headerNames.traceparent]: traceparent,
          [engineHeaders.revision]: revision,
        },
        timestampMs: acceptedAt,
      }
      return { ids: { messageId, submissionId, conversationId: target.conversationId }, record }
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
