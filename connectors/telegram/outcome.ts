import { actionTaken } from '../action-taken.ts'
import type { HttpAnswer, SendOutcome } from '../contract.ts'
import { fieldsOf, idOf, numberOf, parseJson, textOf } from '../loose-json.ts'
import { retryAfterMs } from '../retry-after.ts'
import { unreadableAnswer } from '../unreadable-answer.ts'
import { type Verdict, verdicts } from '../verdict.ts'
import { messageIdOf } from './message-id.ts'

/** The Bot API tells most refusals apart by their words only. The first rule that fits decides. */
export interface TelegramRule {
  readonly code: number
  readonly words?: RegExp
  readonly verdict: Verdict
}

const telegramErrors: readonly TelegramRule[] = [
  // Telegram does not say whether the chat or the whole bot is too fast; the chat waits first.
  { code: 429, verdict: verdicts.throttledConversation },
  { code: 400, words: /too many requests/i, verdict: verdicts.throttledConversation },
  { code: 401, verdict: verdicts.channelAuth },
  { code: 404, verdict: verdicts.channelAuth },
  { code: 409, verdict: verdicts.transient },
  { code: 403, words: /blocked by the user/i, verdict: verdicts.optedOut },
  { code: 403, verdict: verdicts.recipientGone },
  { code: 400, words: /upgraded to a supergroup/i, verdict: verdicts.recipientMoved },
  {
    code: 400,
    words: /chat not found|user not found|PEER_ID_INVALID/i,
    verdict: verdicts.recipientGone,
  },
  { code: 400, words: /temporarily unavailable/i, verdict: verdicts.transient },
  {
    code: 400,
    words:
      /failed to get HTTP URL content|wrong HTTP URL|identifier\/HTTP URL|wrong type of (the )?web page content/i,
    verdict: verdicts.mediaUnreachable,
  },
]

/** `echo` names what makes no message: to that Telegram answers true, or with the message it was done to. */
export function telegramOutcome(answer: HttpAnswer, isAction = false, echo = ''): SendOutcome {
  const { ok, result, error_code, description, parameters } = fieldsOf<
    'ok' | 'result' | 'error_code' | 'description' | 'parameters'
  >(parseJson(answer.body))

  if (ok === true && isAction && result !== undefined) return actionTaken(echo)
  if (ok === true) return sentOf(result) ?? unreadableAnswer(answer)
  const code = numberOf(error_code)
  if (ok !== false || code === undefined) return unreadableAnswer(answer)

  const words = textOf(description) ?? 'no description'
  // It says already what it was to say: an earlier attempt came through.
  if (isAction && /message is not modified/i.test(words)) return actionTaken(echo)
  const { kind, reason } = verdictOn(code, words)
  const detail = `Telegram ${code}: ${words}`
  const more = fieldsOf<'retry_after' | 'migrate_to_chat_id'>(parameters)

  if (kind === 'refused') {
    const movedTo = idOf(more.migrate_to_chat_id)
    return reason === 'recipient-moved' && movedTo !== undefined
      ? { kind, reason, detail, movedTo }
      : { kind, reason, detail }
  }
  if (kind === 'unknown') return { kind, detail }
  // Telegram counts seconds, we count milliseconds.
  const seconds = numberOf(more.retry_after) ?? numberOf(/retry after (\d+)/i.exec(words)?.[1])
  const afterMs = seconds === undefined ? retryAfterMs(answer.headers) : seconds * 1000
  return afterMs === undefined ? { kind, reason, detail } : { kind, reason, detail, afterMs }
}

/** The message that was to say something else is a picture or a file. */
export function hasNoText({ status, body }: HttpAnswer): boolean {
  if (status !== 400) return false
  const { description } = fieldsOf<'description'>(parseJson(body))
  return /no text in the message to edit/i.test(textOf(description) ?? '')
}

function sentOf(result: unknown): SendOutcome | undefined {
  const { message_id, chat } = fieldsOf<'message_id' | 'chat'>(result)
  const chatId = idOf(fieldsOf<'id'>(chat).id)
  const messageId = idOf(message_id)
  if (chatId === undefined || messageId === undefined) return undefined
  return { kind: 'sent', providerMessageId: messageIdOf(chatId, messageId) }
}

function verdictOn(code: number, words: string): Verdict {
  const rule = telegramErrors.find(
    (each) => each.code === code && (each.words?.test(words) ?? true),
  )
  return rule?.verdict ?? (code >= 500 ? verdicts.transient : verdicts.contentRejected)
}
