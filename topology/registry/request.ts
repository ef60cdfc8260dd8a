import { faults, RegistryFault } from './registry-fault.ts'
import type { SentSchema } from './subjects.ts'

// What comes in from outside is unknown until one of these has looked at it.

type Json = Readonly<Record<string, unknown>>

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** Throws 42201 for a body without an Avro schema that stands alone. */
export function sentSchema(body: unknown): SentSchema {
  const { schema, schemaType, references, id, version } = asObject(body)
  if (typeof schema !== 'string') throw faults.badSchema('the body needs "schema", as JSON text')
  if (schemaType !== undefined && schemaType !== 'AVRO') {
    throw faults.badSchema(`this registry keeps AVRO only, not ${String(schemaType)}`)
  }
  if (Array.isArray(references) && references.length > 0) {
    throw faults.badSchema('references are not supported: send the schema with all types filled in')
  }
  return { schema, id: optionalNumber(id, 'id'), version: optionalNumber(version, 'version') }
}

function optionalNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null || value === -1) return undefined
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) < 2 ** 31) return Number(value)
  throw new RegistryFault(422, 422, `"${name}" must be a number from 1 to 2^31-1`)
}

/** A version in a path; undefined for the latest. Throws 42202. */
export function versionOf(text: string): number | undefined {
  if (text === 'latest' || text === '-1') return undefined
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (version < 1 || version >= 2 ** 31) throw faults.badVersion(text)
  return version
}

/** A schema id in a path. Throws 40403, as for an id that is not there. */
export function schemaIdIn(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw faults.noSchema()
  return Number(text)
}

/** One of the words allowed, whatever its case; undefined for anything else. */
export function wordIn<Word extends string>(
  body: unknown,
  name: string,
  allowed: readonly Word[],
): Word | undefined {
  const word = asObject(body)[name]
  return allowed.find((each) => typeof word === 'string' && each === word.toUpperCase())
}

/** A query parameter that is set: `?deleted=true`. */
export const isSet = (query: unknown, name: string): boolean => asObject(query)[name] === 'true'
