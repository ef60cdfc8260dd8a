import type { Account, ConnectorTools, HttpAnswer } from '../contract.ts'

export interface GraphPost {
  readonly account: Account
  /** What stands in the path; the account's `externalId` when absent. */
  readonly node?: string
  /** Below the account: `messages`, `media`. */
  readonly edge: string
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** `POST {baseUrl}/{version}/{externalId}/{edge}` with the account's token. Rejects as `tools.http` does. */
export function graphPost(
  { http }: ConnectorTools,
  { account, node, edge, contentType, body, signal, timeoutMs }: GraphPost,
): Promise<HttpAnswer> {
  const { baseUrl, apiVersion, externalId, secrets } = account
  const { token = '' } = secrets
  return http({
    method: 'POST',
    url: `${baseUrl}/${apiVersion}/${encodeURIComponent(node ?? externalId)}/${edge}`,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': contentType,
      accept: 'application/json',
    },
    body,
    signal,
    timeoutMs,
  })
}
