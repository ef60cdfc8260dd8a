import type { Account, ConnectorTools, FetchOutcome, MediaContent } from '../contract.ts'
import { fetchLink } from '../fetch-link.ts'
import { fieldsOf, parseJson, textOf } from '../loose-json.ts'
import { graphErrorOf } from '../meta/graph-error.ts'
import { mediaHosts } from '../meta/media-hosts.ts'
import { metaRetryHint } from '../meta/retry-hint.ts'
import { timeoutsOf } from '../timeouts.ts'

/**
 * By its id, which lives for days, a link is had, which lives five minutes and wants the token too. A link that
 * has ended is had anew with the next attempt.
 */
export async function fetchMedium(
  tools: ConnectorTools,
  { mediaId }: MediaContent,
  account: Account,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  if (mediaId === undefined) return { kind: 'gone', detail: 'the platform gave no id for it' }
  const { sendMs, uploadMs } = timeoutsOf(tools.limits)
  const { baseUrl, apiVersion, secrets } = account
  const { token = '' } = secrets
  const headers = { authorization: `Bearer ${token}` }
  const answer = await tools.http({
    method: 'GET',
    url: `${baseUrl}/${apiVersion}/${encodeURIComponent(mediaId)}`,
    headers: { ...headers, accept: 'application/json' },
    signal,
    timeoutMs: sendMs,
  })
  const body = parseJson(answer.body)
  const url = textOf(fieldsOf<'url'>(body).url)
  if (answer.status !== 200 || url === undefined) return refusal(answer.status, body, answer)
  return fetchLink(tools, {
    ...{ url, headers, account, signal, timeoutMs: uploadMs },
    hosts: mediaHosts,
    whenEnded: 'retry',
  })
}

function refusal(
  status: number,
  body: unknown,
  answer: Parameters<typeof metaRetryHint>[0],
): FetchOutcome {
  const error = graphErrorOf(fieldsOf<'error'>(body).error)
  const detail = error?.detail ?? `Meta answered ${status} without a link`
  if (error && noSuchObject.has(error.code)) return { kind: 'gone', detail }
  // A token that has expired, a limit, a fault of theirs: all of it may pass while the medium lives.
  const afterMs = metaRetryHint(answer)
  return { kind: 'retry', detail, ...(afterMs !== undefined && { afterMs }) }
}

/** 100: the id leads nowhere (developers.facebook.com, Graph API error codes); 131052: the medium cannot be downloaded. */
const noSuchObject: ReadonlySet<number> = new Set([100, 131052])
