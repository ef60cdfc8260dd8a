import { actionTaken } from '../action-taken.ts'
import type { HttpAnswer, SendOutcome } from '../contract.ts'
import { fieldsOf, idOf } from '../loose-json.ts'
import { graphOutcome } from './graph-outcome.ts'
import { pageErrors } from './page-errors.ts'

/** `{recipient_id, message_id}` of the Messenger Platform's Send API. */
export function pageOutcome(answer: HttpAnswer): SendOutcome {
  return graphOutcome(answer, pageErrors, (body) => sentAs(fieldsOf<'message_id'>(body).message_id))
}

/** `{recipient_id}` to a sender action. */
export function pageActionOutcome(answer: HttpAnswer, echo: string): SendOutcome {
  return graphOutcome(answer, pageErrors, (body) =>
    idOf(fieldsOf<'recipient_id'>(body).recipient_id) === undefined ? undefined : actionTaken(echo),
  )
}

/** `{attachment_id}` of its upload. */
export function pageUploadOutcome(answer: HttpAnswer): SendOutcome {
  return graphOutcome(answer, pageErrors, (body) =>
    sentAs(fieldsOf<'attachment_id'>(body).attachment_id),
  )
}

function sentAs(id: unknown) {
  const providerMessageId = idOf(id)
  return providerMessageId === undefined
    ? undefined
    : ({ kind: 'sent', providerMessageId } as const)
}
