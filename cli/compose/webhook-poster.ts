import { type PooledHttpOptions, pooledHttp } from '../../connectors/http.ts'
import type { PostWebhook } from '../../stages/tools.ts'

export interface WebhookPoster {
  readonly post: PostWebhook
  close(): Promise<void>
}

/** What is read of an answer: nobody looks at it, and an endpoint must not fill our memory. */
const maxAnswerBytes = 64 * 1024

/** Posts to clients' endpoints, through connections that `lookup` lets be made. */
export function webhookPoster(lookup: NonNullable<PooledHttpOptions['lookup']>): WebhookPoster {
  const { http, close } = pooledHttp({ connections: 32, maxAnswerBytes, lookup })
  return {
    async post(url, headers, body, signal, timeoutMs) {
      try {
        const answer = await http({ method: 'POST', url, headers, body, signal, timeoutMs })
        return { status: answer.status, retryAfter: answer.headers['retry-after'] }
      } catch (error) {
        // HttpFailure tells the host and never the path, which may hold a token of the endpoint's.
        const why = error instanceof Error ? error.message : String(error)
        return { status: null, detail: `No answer: ${why}.` }
      }
    },
    close,
  }
}
