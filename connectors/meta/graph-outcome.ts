import type { HttpAnswer, SendOutcome } from '../contract.ts'
import { fieldsOf, isObject, parseJson } from '../loose-json.ts'
import { unreadableAnswer } from '../unreadable-answer.ts'
import { type ErrorTable, verdictByStatus, verdictOn } from './error-table.ts'
import { graphErrorOf } from './graph-error.ts'
import { metaRetryHint } from './retry-hint.ts'

type Sent = Extract<SendOutcome, { kind: 'sent' }>

/**
 * Reads a Graph answer. A body with `error.code` is the platform's own word, whatever the HTTP status; a 2xx
 * body in which `sentBy` finds no id is doubtful.
 */
export function graphOutcome(
  answer: HttpAnswer,
  errors: ErrorTable,
  sentBy: (body: object) => Sent | undefined,
): SendOutcome {
  const body = parseJson(answer.body)
  const error = graphErrorOf(fieldsOf<'error'>(body).error)

  if (error) {
    const { kind, reason } =
      verdictOn(errors, error.code, error.subcode) ?? verdictByStatus(answer.status)
    if (kind === 'refused') return { kind, reason, detail: error.detail }
    if (kind === 'unknown') return { kind, detail: error.detail }
    const afterMs = metaRetryHint(answer)
    return afterMs === undefined
      ? { kind, reason, detail: error.detail }
      : { kind, reason, detail: error.detail, afterMs }
  }

  const sent = answer.status < 300 && isObject(body) ? sentBy(body) : undefined
  return sent ?? unreadableAnswer(answer)
}
