import { flatText } from '../../domain/flat-text.ts'
import { conversationKey } from '../../domain/keys.ts'
import { RecentAddresses } from '../../domain/recent-addresses.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { NewRecord } from '../../topology/contract/record.ts'
import { type Caller, mustBeAllowed } from '../auth/caller.ts'
import type { GatewayTools } from '../tools.ts'
import { accountFinder } from './account-finder.ts'
import { fallbackLegs } from './fallback-legs.ts'
import type { SendRequest, SendTarget } from './send-request.ts'
import { type Acceptance, type Draft, submittedRecords, type Target } from './submitted-records.ts'
import { uuidV7Source } from './uuid-v7.ts'

/** Turns checked requests into records, without asking anything outside this process. */
export interface Preparer {
  /** For what one caller sends at once: it is accepted now. */
  acceptance(caller: Caller, traceparent: string): Acceptance
  /** Where it goes, and its ids. Throws C4A_FORBIDDEN when the caller may not say that a person answers, and C4A_UNPROCESSABLE when a channel or account is not served, the end lies in the past, or the beginning too far ahead. */
  draft(request: SendRequest, acceptance: Acceptance): Draft
  /** The records that the log will hold, in the order of the drafts. */
  records(drafts: readonly Draft[]): readonly NewRecord[]
  /** The conversation that a `to` stands for; undefined where it is none. Takes anything. */
  directConversation(to: unknown, caller: Caller): string | undefined
}

type PrepareTools = Pick<
  GatewayTools,
  'codec' | 'content' | 'ids' | 'clock' | 'channels' | 'topics' | 'revision'
>

const none: Draft['fallback'] = []

export function preparer(tools: PrepareTools): Preparer {
  const { ids, clock } = tools
  const mint = uuidV7Source()
  const findAccount = accountFinder(tools.channels)
  const legsOf = fallbackLegs(findAccount)
  // Saves an HMAC for people who get many messages; 100,000 entries are some 20 MB.
  const targets = new RecentAddresses<Target>(50_000)

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
    const conversationId = flatText(ids.conversation(tenant, to.channel, account, address))
    const key = flatText(conversationKey(tenant, conversationId))
    const target = {
      conversationId,
      key,
      channel: to.channel,
      account,
      // Mostly the text that it is looked up by, which is at hand then.
      address: address === to.address ? to.address : flatText(address),
    }
    targets.set(tenant, to, target)
    return target
  }

  return {
    acceptance(caller, traceparent) {
      const acceptedAt = clock.now()
      return { caller, traceparent, acceptedAt, acceptedAtText: String(acceptedAt) }
    },

    draft(request, acceptance) {
      const { caller, acceptedAt } = acceptance
      if (request.humanAgent) mustBeAllowed(caller, 'messages:send-as-agent')
      const target = targetOf(request, caller.tenant)
      const sendAt = beginOf(request, acceptedAt)
      const expiresAt = endOf(request, sendAt ?? acceptedAt, acceptedAt)
      const submissionId = mint(acceptedAt)
      // The first submission of a message that has no id of the client's lends it its own.
      const messageId = request.messageId ?? submissionId
      const { conversationId } = target
      const ids = { messageId, submissionId, conversationId }
      const fallback = request.fallback ? legsOf(request, caller.tenant) : none
      return { acceptance, request, target, expiresAt, sendAt, fallback, ids }
    },

    records: submittedRecords(tools),

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

/** What waits longer is better kept by whoever has a reason to wait for it. */
const maxWaitDays = 90

/** Null for at once, which an instant in the past means too. */
function beginOf({ sendAt }: SendRequest, now: number): number | null {
  if (sendAt === undefined) return null
  const begin = Date.parse(sendAt)
  if (begin <= now) return null
  if (begin <= now + maxWaitDays * 86_400_000) return begin
  throw new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'The message is scheduled too far ahead',
    why: `'sendAt' is ${sendAt}, more than ${maxWaitDays} days from now`,
    todo: `Give an instant within ${maxWaitDays} days`,
  })
}

function endOf({ expiresAt }: SendRequest, begin: number, now: number): number | null {
  if (expiresAt === undefined) return null
  const end = Date.parse(expiresAt)
  if (end > begin) return end
  if (end > now) {
    throw new Chat4AllError('C4A_UNPROCESSABLE', {
      what: 'The message would expire before it is sent',
      why: `'expiresAt' is ${expiresAt}, and 'sendAt' is ${new Date(begin).toISOString()}`,
      todo: 'Let it expire later, or send it sooner',
    })
  }
  throw new Chat4AllError('C4A_UNPROCESSABLE', {
    what: 'The message has already expired',
    why: `'expiresAt' is ${expiresAt}, and here it is ${new Date(now).toISOString()}`,
    todo: 'Give an instant in the future, or none',
  })
}
