import type { Ajv, ErrorObject } from 'ajv'
import { isUsualSend } from './usual-send.ts'

/** The check of a send; `errors` are those of the last value that did not pass. */
export interface SendCheck {
  (value: unknown): boolean
  errors: ErrorObject[] | null
}

/** Decides as the schema SendRequest does, and answers at once where the request is a usual one. */
export function sendCheck(ajv: Ajv): SendCheck {
  const bySchema = ajv.compile({ $ref: 'SendRequest#' })
  const check: SendCheck = (value) => {
    if (isUsualSend(value) || bySchema(value)) return true
    check.errors = bySchema.errors ?? null
    return false
  }
  check.errors = null
  return check
}
