import { type Account, type ConnectorTools, type FetchOutcome, HttpFailure } from './contract.ts'
import { retryAfterMs } from './retry-after.ts'

/** Bytes that are fetched at most where nothing else is said: WhatsApp's largest document. */
const maxBytes = 100 * 1024 * 1024

export interface LinkFetch {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly account: Account
  /** Hosts, with all below them, that the platform gives links to; that of the account's `baseUrl` is one of them. */
  readonly hosts: readonly string[]
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** What an ended link means: another one can be had, or none. */
  readonly whenEnded: 'retry' | 'gone'
}

/**
 * Bytes behind a link that a platform gave. It is followed to the platform's own hosts only: it came in from outside, and our
 * token may go with it.
 */
export async function fetchLink(
  { http, limits }: Pick<ConnectorTools, 'http' | 'limits'>,
  { url, headers, account, hosts, signal, timeoutMs, whenEnded }: LinkFetch,
): Promise<FetchOutcome> {
  if (!isTheirs(url, account.baseUrl, hosts)) {
    return { kind: 'gone', detail: "the link does not lead to the platform's own servers" }
  }
  const { inboundMediaMaxBytes: maxAnswerBytes = maxBytes } = limits
  try {
    const answer = await http({ method: 'GET', url, headers, signal, timeoutMs, maxAnswerBytes })
    const { status } = answer
    if (status === 200) {
      const { 'content-type': mimeType } = answer.headers
      return { kind: 'fetched', bytes: answer.body, ...(mimeType !== undefined && { mimeType }) }
    }
    if (status === 429 || status >= 500) {
      const afterMs = retryAfterMs(answer.headers)
      const detail = `the platform's store answered ${status}`
      return { kind: 'retry', detail, ...(afterMs !== undefined && { afterMs }) }
    }
    return { kind: whenEnded, detail: `the link has ended (${status})` }
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    return /more than \d+ bytes/.test(error.message)
      ? { kind: 'gone', detail: `it is larger than ${maxAnswerBytes} bytes` }
      : { kind: 'retry', detail: error.message }
  }
}

function isTheirs(url: string, baseUrl: string, hosts: readonly string[]): boolean {
  const link = URL.parse(url)
  const base = URL.parse(baseUrl)
  if (!link || !base) return false
  if (link.origin === base.origin) return true
  return (
    link.protocol === 'https:' &&
    hosts.some((host) => link.hostname === host || link.hostname.endsWith(`.${host}`))
  )
}
