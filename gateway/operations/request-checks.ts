import { Ajv, type ErrorObject } from 'ajv'
import addFormatsModule from 'ajv-formats'
import { Chat4AllError } from '../../topology/contract/errors.ts'
import { sharedSchemas } from '../rest/schemas/shared-schemas.ts'
import { explainValidation } from './explain-validation.ts'

// ajv-formats is CommonJS whose types describe a default export.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default

/**
 * The one place where requests are checked: REST and gRPC use these very functions. Nothing is
 * coerced, filled in or removed: a wrong type is the caller's to mend. Compiling takes milliseconds,
 * so it is done once.
 */
export function strictAjv(options: { readonly coerceTypes?: boolean } = {}): Ajv {
  const ajv = new Ajv({
    allErrors: false,
    coerceTypes: options.coerceTypes ?? false,
    useDefaults: true,
    removeAdditional: false,
    discriminator: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
  })
  addFormats(ajv, ['date-time'])
  for (const schema of sharedSchemas) ajv.addSchema(schema)
  return ajv
}

export function invalid(errors: readonly ErrorObject[], part = 'The request'): Chat4AllError {
  const { why, todo } = explainValidation(errors)
  return new Chat4AllError('C4A_BAD_REQUEST', { what: `${part} is not valid`, why, todo })
}
