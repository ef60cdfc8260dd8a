/** How one request ended: an answer, or why there was none. */
export type WebhookAnswer =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly status: null; readonly detail: string }

export interface WebhookVerdict {
  readonly outcome: 'delivered' | 'failed'
  /** The endpoint wants no more, ever. */
  readonly gone: boolean
  /** How long it asks to be left alone, milliseconds. */
  readonly hintMs: number | null
  /** Why it failed: a sentence. */
  readonly detail: string | null
}

/**
 * What an answer means: 2xx is taken, 410 ends the endpoint, and everything else is a failure that is tried again. A redirect
 * is one too, since to follow it would post to an address that its owner did not give.
 */
export function webhookVerdict(answer: WebhookAnswer, nowMs: number): WebhookVerdict {
  if (answer.status === null) return failed(answer.detail, null)
  const { status, retryAfter } = answer
  if (status >= 200 && status < 300) {
    return { outcome: 'delivered', gone: false, hintMs: null, detail: null }
  }
  if (status === 410) {
    return { ...failed('The endpoint is gone (410): it wants no more.', null), gone: true }
  }
  if (status >= 300 && status < 400) {
    return failed(`The endpoint redirects (${status}); redirects are not followed.`, null)
  }
  const busy = status === 429 || status === 503
  return failed(`The endpoint answered ${status}.`, busy ? waitOf(retryAfter, nowMs) : null)
}

const failed = (detail: string, hintMs: number | null): WebhookVerdict => ({
  outcome: 'failed',
  gone: false,
  hintMs,
  detail,
})

/** Retry-After (RFC 9110, 10.2.3): seconds or a date; null for anything else. */
function waitOf(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
