import { conversationKey } from '../../domain/keys.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import type { Caller } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import { RecentTargets } from './recent-targets.ts'
import type { SendRequest, SendTarget } from './send-request.ts'
import { type Acceptance, type Draft, submittedRecords, type Target } from './submitted-records.ts'
import { uuidV7Source } from './uuid-v7.ts'

/** Turns checked requests into records, without asking anything outside this process. */
export interface Preparer {
  /** For what one caller sends at once, which is accepted at one time. */
  open(caller: Caller, traceparent: string): Preparation
  /** The conversation that a `to` stands for; undefined where it is none. Takes anything. */
  directConversation(to: unknown, caller: Caller): string | undefined
}

export interface Preparation {
  /** Where it goes, and its ids. Throws C4A_UNPROCESSABLE when the channel or account is not served, or the end lies in the past. */
  draft(request: SendRequest): Draft
  /** The records that the log will hold, in the order of the drafts. */
  records(drafts: readonly Draft[]): readonly NewRecord[]
}

type PrepareTools = Pick<
  GatewayTools,
  'codec' | 'content' | 'ids' | 'clock' | 'channels' | 'topics' | 'revision'
>

export function preparer(tools: PrepareTools): Preparer {
  const { ids, clock } = tools
  const mint = uuidV7Source()
  const findAccount = accountFinder(tools.channels)
  const recordsOf = submittedRecords(tools)
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
    open({ tenant, keyId }, traceparent) {
      const acceptedAt = clock.now()
      const acceptance: Acceptance = { tenant, keyId, traceparent, acceptedAt }
      return {
        draft(request) {
          const target = targetOf(request, tenant)
          const expiresAt = endOf(request, acceptedAt)
          const submissionId = mint(acceptedAt)
          // The first submission of a message that has no id of the client's lends it its own.
          const messageId = request.messageId ?? submissionId
          const { conversationId } = target
          return { request, target, expiresAt, ids: { messageId, submissionId, conversationId } }
        },
        records: (drafts) => recordsOf(drafts, acceptance),
      }
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
