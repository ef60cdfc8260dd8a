import type { Message } from '../../schemas/types.ts'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { AccountFinder } from './account-finder.ts'
import type { SendRequest } from './send-request.ts'

type Legs = Message['fallback']

/**
 * The channels that a message may go to in turn, with the accounts they are sent from. Throws C4A_UNPROCESSABLE where one is not
 * served, a channel stands twice (its deliveries have one id), or there is no first one to fall back from.
 */
export function fallbackLegs(findAccount: AccountFinder) {
  return ({ to, fallback = [] }: SendRequest, tenant: string): Legs => {
    if (fallback.length === 0) return []
    if (to === undefined) throw nobody
    const channels = new Set([to.channel])
    return fallback.map(({ after, ...target }) => {
      const { channel } = target
      if (channels.has(channel)) throw twice(channel)
      channels.add(channel)
      const afterMs = after === undefined ? null : after * 1_000
      return { channel, ...findAccount(target, tenant), afterMs }
    })
  }
}

const nobody = new Chat4AllError('C4A_UNPROCESSABLE', {
  what: 'The message has no channel to fall back from',
  why: "'fallback' stands beside 'conversationId', which may mean several people",
  todo: "Give the person as 'to'",
})

const twice = (channel: string) =>
  new Chat4AllError('C4A_UNPROCESSABLE', {
    what: `Channel '${channel}' stands twice`,
    why: "'to' and 'fallback' name each channel once",
    todo: 'Leave one of them out',
  })
