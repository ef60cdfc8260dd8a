import type { Type } from '../codec/avsc.ts'
import { AvroType } from '../codec/avsc.ts'
import { faults } from './registry-fault.ts'

export interface ParsedSchema {
  /** As it was sent. */
  readonly text: string
  /** Equal for schemas that differ only in how they are written down: spaces, order of attributes, where a namespace stands. */
  readonly canonical: string
  readonly type: Type
}

/** Throws 42201 for a schema that is none. */
export function parseSchema(text: string): ParsedSchema {
  try {
    const schema: unknown = JSON.parse(text)
    const type = AvroType.forSchema(schema as Parameters<typeof AvroType.forSchema>[0], {
      registry: {}, // avsc checks the rest
    })
    return { text, canonical: JSON.stringify(canonicalOf(schema, '')), type }
  } catch (error) {
    throw faults.badSchema(error instanceof Error ? error.message : String(error))
  }
}

type Json = Readonly<Record<string, unknown>>

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']
const named = ['record', 'error', 'enum', 'fixed']

/** Full names everywhere, attributes in one order, `{"type": "string"}` as "string". Docs and defaults count. */
function canonicalOf(schema: unknown, namespace: string): unknown {
  if (typeof schema === 'string') return fullName(schema, namespace)
  if (Array.isArray(schema)) return schema.map((branch) => canonicalOf(branch, namespace))
  const attributes = schema as Json // avsc has read it as a schema
  if (Object.keys(attributes).length === 1) return canonicalOf(attributes['type'], namespace)
  const { namespace: own, name, aliases, ...rest } = attributes
  if (!named.includes(String(attributes['type']))) return inOrder(partsOf(attributes, namespace))
  const full = fullName(String(name), typeof own === 'string' ? own : namespace)
  const home = full.slice(0, Math.max(0, full.lastIndexOf('.')))
  const ofAliases = Array.isArray(aliases)
    ? { aliases: aliases.map((each) => fullName(String(each), home)) }
    : {}
  return inOrder({ ...partsOf(rest, home), ...ofAliases, name: full })
}

function partsOf(attributes: Json, namespace: string): Json {
  const { items, values, fields } = attributes
  return {
    ...attributes,
    ...(items === undefined ? {} : { items: canonicalOf(items, namespace) }),
    ...(values === undefined ? {} : { values: canonicalOf(values, namespace) }),
    ...(Array.isArray(fields)
      ? { fields: fields.map((field: Json) => fieldOf(field, namespace)) }
      : {}),
  }
}

function fieldOf(field: Json, namespace: string): unknown {
  const { order, ...rest } = field
  const said = order === undefined || order === 'ascending' ? {} : { order }
  return inOrder({ ...rest, ...said, type: canonicalOf(field['type'], namespace) })
}

/** The same value with the attributes of every object sorted. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, each]) => [name, inOrder(each)]))
}

const fullName = (name: string, namespace: string) =>
  name.includes('.') || !namespace || primitives.includes(name) ? name : `${namespace}.${name}`
