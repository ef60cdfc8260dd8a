import { Ajv } from 'ajv'
import addFormatsModule from 'ajv-formats'
import { sharedSchemas } from '../rest/schemas/shared-schemas.ts'

// ajv-formats is CommonJS whose types describe a default export.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default

interface StrictAjvOptions {
  readonly coerceTypes?: boolean
  /** Whether the schemas themselves are looked at, too: a test does. To compile what says how schemas look takes 50 ms. */
  readonly validateSchema?: boolean
}

/**
 * The one place where requests are checked: REST and gRPC use these very functions. Nothing is
 * coerced, filled in or removed: a wrong type is the caller's to mend. Made once, by `schemaCheck`.
 */
export function strictAjv({
  coerceTypes = false,
  validateSchema = false,
}: StrictAjvOptions = {}): Ajv {
  const ajv = new Ajv({
    allErrors: false,
    coerceTypes,
    useDefaults: true,
    removeAdditional: false,
    discriminator: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    validateSchema,
  })
  addFormats(ajv, ['date-time'])
  for (const schema of sharedSchemas) ajv.addSchema(schema)
  return ajv
}
