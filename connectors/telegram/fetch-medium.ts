import type { Account, ConnectorTools, FetchOutcome, MediaContent } from '../contract.ts'
import { fetchLink } from '../fetch-link.ts'
import { fieldsOf, numberOf, parseJson, textOf } from '../loose-json.ts'
import { timeoutsOf } from '../timeouts.ts'

/** A bot may fetch no more (core.telegram.org/bots/api#getfile); a server of one's own has no such limit. */
const maxBytes = 20 * 1024 * 1024

/** `getFile` names a path, good for an hour, from which the bytes come. */
export async function fetchMedium(
  tools: ConnectorTools,
  { mediaId, sizeBytes }: MediaContent,
  account: Account,
  signal: AbortSignal,
): Promise<FetchOutcome> {
  if (mediaId === undefined) return { kind: 'gone', detail: 'the platform gave no id for it' }
  const { inboundMediaMaxBytes: most = maxBytes } = tools.limits
  if (sizeBytes !== undefined && sizeBytes > most) {
    return { kind: 'gone', detail: `it has ${sizeBytes} bytes, and a bot may fetch ${most}` }
  }
  const { sendMs, uploadMs } = timeoutsOf(tools.limits)
  const { baseUrl, secrets } = account
  const { token = '' } = secrets
  const answer = await tools.http({
    method: 'POST',
    url: `${baseUrl}/bot${token}/getFile`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ file_id: mediaId }),
    signal,
    timeoutMs: sendMs,
  })
  const { result, description, parameters } = fieldsOf<'result' | 'description' | 'parameters'>(
    parseJson(answer.body),
  )
  const path = textOf(fieldsOf<'file_path'>(result).file_path)
  if (answer.status !== 200 || path === undefined) {
    const detail = textOf(description) ?? `Telegram answered ${answer.status} without a path`
    // The same file is refused again: too big, or an id that is not (or no longer) one of this bot's.
    if (answer.status === 400) return { kind: 'gone', detail }
    const seconds = numberOf(fieldsOf<'retry_after'>(parameters).retry_after)
    return { kind: 'retry', detail, ...(seconds !== undefined && { afterMs: seconds * 1_000 }) }
  }
  return fetchLink(tools, {
    url: `${baseUrl}/file/bot${token}/${path}`,
    headers: {},
    account,
    hosts: [],
    signal,
    timeoutMs: uploadMs,
    whenEnded: 'retry',
  })
}
