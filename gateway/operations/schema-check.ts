import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import { strictAjv } from './strict-ajv.ts'

/** Says whether a value is as a schema wants it; `errors` are those of the last value that was not. */
export interface SchemaCheck {
  (value: unknown): boolean
  errors: ErrorObject[] | null
}

/** Text becomes a number, or whatever else the schema wants: a query holds nothing but text. */
interface SchemaCheckOptions {
  readonly coerceTypes?: boolean
}

let strict: Ajv | undefined
let lenient: Ajv | undefined

/**
 * The check of a schema, compiled when the first value comes: all of them together are a third of a gateway's start,
 * and a process that is used for one thing never needs most of them. Tests use each.
 */
export function schemaCheck(
  schema: object,
  { coerceTypes = false }: SchemaCheckOptions = {},
): SchemaCheck {
  let validate: ValidateFunction | undefined
  const check: SchemaCheck = (value) => {
    validate ??= ajvOf(coerceTypes).compile(schema)
    if (validate(value)) return true
    check.errors = validate.errors ?? null
    return false
  }
  check.errors = null
  return check
}

function ajvOf(coerceTypes: boolean): Ajv {
  if (coerceTypes) {
    lenient ??= strictAjv({ coerceTypes })
    return lenient
  }
  strict ??= strictAjv()
  return strict
}
