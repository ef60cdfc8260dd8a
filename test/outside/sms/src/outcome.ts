import {
  fieldsOf,
  type HttpAnswer,
  idOf,
  parseJson,
  retryAfterMs,
  type SendOutcome,
  textOf,
  unreadableAnswer,
  type Verdict,
  verdicts,
} from '@chat4all/connector'

/** Torpedo's answer to POST /v1/messages: `{id}`, or `{error: {code, message}}`. */
export function outcome(answer: HttpAnswer): SendOutcome {
  const { id, error } = fieldsOf<'id' | 'error'>(parseJson(answer.body))
  const providerMessageId = idOf(id)
  if (answer.status < 300 && providerMessageId !== undefined) {
    return { kind: 'sent', providerMessageId }
  }
  const { code, message } = fieldsOf<'code' | 'message'>(error)
  const name = textOf(code)
  if (name === undefined) return unreadableAnswer(answer)

  const { kind, reason } = verdictOf(name, answer.status)
  const detail = `Torpedo ${name}: ${textOf(message) ?? 'no message'}`
  if (kind === 'unknown') return { kind, detail }
  const afterMs = kind === 'retry' ? retryAfterMs(answer.headers) : undefined
  if (kind === 'retry' && afterMs !== undefined) return { kind, reason, detail, afterMs }
  return { kind, reason, detail }
}

/** Codes that later versions add go by their HTTP status. */
function verdictOf(code: string, status: number): Verdict {
  const known = Object.hasOwn(errors, code) ? errors[code] : undefined
  if (known) return known
  return status >= 500 ? verdicts.transient : verdicts.contentRejected
}

export const errors: Readonly<Record<string, Verdict>> = {
  slow_down: verdicts.throttledSender,
  slow_down_recipient: verdicts.throttledConversation,
  try_again: verdicts.transient,
  bad_token: verdicts.channelAuth,
  account_blocked: verdicts.channelRestricted,
  no_such_number: verdicts.recipientGone,
  stopped: verdicts.optedOut,
  bad_text: verdicts.contentRejected,
}
