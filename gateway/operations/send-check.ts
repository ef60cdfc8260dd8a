import { type SchemaCheck, schemaCheck } from './schema-check.ts'
import { isUsualSend } from './usual-send.ts'

/** Decides as the schema SendRequest does, and answers at once where the request is a usual one. */
export function sendCheck(): SchemaCheck {
  const bySchema = schemaCheck({ $ref: 'SendRequest#' })
  const check: SchemaCheck = (value) => {
    if (isUsualSend(value) || bySchema(value)) return true
    check.errors = bySchema.errors
    return false
  }
  check.errors = null
  return check
}
