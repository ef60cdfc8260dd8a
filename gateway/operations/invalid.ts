import type { ErrorObject } from 'ajv'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { explainValidation } from './explain-validation.ts'

/** What a request is answered whose check found these. */
export function invalid(errors: readonly ErrorObject[], part = 'The request'): Chat4AllError {
  const { why, todo } = explainValidation(errors)
  return new Chat4AllError('C4A_BAD_REQUEST', { what: `${part} is not valid`, why, todo })
}
