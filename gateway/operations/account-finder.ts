import { closest } from 'fastest-levenshtein'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import type { GatewayChannel } from '../tools.ts'
import type { SendTarget } from './send-request.ts'

/** Which of our accounts sends to the target, and the target's address in canonical form. */
export type AccountFinder = (
  to: SendTarget,
  tenant: string,
) => { readonly account: string; readonly address: string }

/** The finder throws C4A_UNPROCESSABLE when the channel or account is not served, or the choice is open. */
export function accountFinder(channels: ReadonlyMap<string, GatewayChannel>): AccountFinder {
  return (to, tenant) => {
    const channel = channels.get(to.channel)
    if (channel === undefined) throw unknownChannel(to.channel, [...channels.keys()])
    const own = channel.accounts.filter((account) => account.tenant === tenant).map(({ id }) => id)
    return { account: choose(to, own), address: canonical(to, channel) }
  }
}

function choose(to: SendTarget, own: readonly string[]): string {
  if (to.account !== undefined) {
    if (own.includes(to.account)) return to.account
    throw unprocessable(
      `Account '${to.account}' is not yours on ${to.channel}`,
      own.length > 0 ? `you have: ${own.join(', ')}` : 'you have none there',
      "Name one of yours in 'to.account'",
    )
  }
  const [only, second] = own
  if (only !== undefined && second === undefined) return only
  throw unprocessable(
    `No account to send from on ${to.channel}`,
    only === undefined ? 'you have none there' : `you have several: ${own.join(', ')}`,
    only === undefined ? 'Ask the operator for one' : "Name one of them in 'to.account'",
  )
}

function canonical(to: SendTarget, channel: GatewayChannel): string {
  const address = channel.canonicalAddress ? channel.canonicalAddress(to.address) : to.address
  if (address !== undefined) return address
  throw unprocessable(
    `'${to.address}' is no address on ${to.channel}`,
    'it is not of the form that the platform uses',
    'Give it as the platform writes it, a phone number with its country code for example',
  )
}

function unknownChannel(name: string, known: readonly string[]): Chat4AllError {
  return unprocessable(
    `Channel '${name}' is not served here`,
    `this hub has: ${known.join(', ')}`,
    known.length > 0 ? `Did you mean '${closest(name, [...known])}'` : 'Ask the operator',
  )
}

function unprocessable(what: string, why: string, todo: string): Chat4AllError {
  return new Chat4AllError('C4A_UNPROCESSABLE', { what, why, todo })
}
