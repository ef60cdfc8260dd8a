import { AvroType, type Schema, type Type } from './avsc.ts'
import { boundedArray, boundedMap } from './bounded-blocks.ts'
import { byteView } from './byte-view.ts'
import { exactLong } from './exact-long.ts'
import { nullable } from './nullable.ts'
import { text } from './text.ts'

/**
 * An avsc type from a schema's JSON, with what avsc lacks for us: longs are exact or refused, bytes are
 * any Uint8Array and are read as views, records are read as plain objects, a damaged count cannot
 * hang the reader, and a union with null takes the plain value.
 */
export function avroType(schema: unknown): Type {
  const underWay = new Set<unknown>()
  return AvroType.forSchema(schema as Schema, { registry: {}, omitRecordMethods: true, typeHook })

  function typeHook(
    part: Schema,
    options: Parameters<typeof AvroType.forSchema>[1],
  ): Type | undefined {
    const kind = kindOf(part)
    if (kind === 'long') return exactLong
    if (kind === 'bytes') return byteView
    if (kind === 'string') return text
    const adapt = adaptations[kind]
    // forSchema asks this hook again for the same part: the second time it is avsc's turn.
    if (!adapt || underWay.has(part)) return undefined
    underWay.add(part)
    const type = AvroType.forSchema(part, options)
    underWay.delete(part)
    return adapt(type)
  }
}

const adaptations: Readonly<Record<string, (type: Type) => Type>> = {
  array: boundedArray,
  map: boundedMap,
  record: plainObjects,
  union: plainNullable,
}

function kindOf(schema: unknown): string {
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return 'union'
  const { type } = schema as { readonly type?: unknown } // null was refused by avsc before
  return typeof type === 'string' ? type : ''
}

/** The reader calls this constructor: with the prototype of {} its objects compare as literals do. */
function plainObjects(type: Type): Type {
  const { recordConstructor } = type as unknown as { recordConstructor: { prototype: object } }
  recordConstructor.prototype = Object.prototype
  return type
}

function plainNullable(type: Type): Type {
  const { types } = type as unknown as { readonly types: readonly Type[] } // on every union type
  const [first, second] = types
  if (!first || !second || types.length > 2) return type
  if (first.typeName === 'null') return nullable(type, second, 0)
  return second.typeName === 'null' ? nullable(type, first, 1) : type
}
