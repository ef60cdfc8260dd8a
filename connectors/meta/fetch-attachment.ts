import type { Account, ConnectorTools, FetchOutcome, MediaContent } from '../contract.ts'
import { fetchLink } from '../fetch-link.ts'
import { timeoutsOf } from '../timeouts.ts'
import { mediaHosts } from './media-hosts.ts'

/** An attachment comes as a signed link that ends; there is no other way to it. */
export async function fetchAttachment(
  tools: ConnectorTools,
  { url }: MediaContent,
  account: Account,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  if (url === undefined) return { kind: 'gone', detail: 'the platform gave no link to it' }
  const { uploadMs: timeoutMs } = timeoutsOf(tools.limits)
  const headers = {}
  return fetchLink(tools, {
    ...{ url, headers, account, signal, timeoutMs },
    hosts: mediaHosts,
    whenEnded: 'gone',
  })
}
