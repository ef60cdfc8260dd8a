import { loadSchemas } from '../../schemas/load.ts'
import { AvroType, type Schema, type Type } from '../codec/avsc.ts'

let types: ReadonlyMap<string, Type> | undefined

/** Every record type of schemas/avro by its short name. Read once. */
export function recordSchemas(): ReadonlyMap<string, Type> {
  types ??= new Map(
    [...loadSchemas()].map(([name, schema]) => [
      name,
      AvroType.forSchema(schema as unknown as Schema, { registry: {} }),
    ]),
  )
  return types
}

/** Why `reader` cannot read what `writer` wrote; undefined where it can. */
export function unreadable(writer: string, reader: string): string | undefined {
  if (writer === reader) return undefined
  const [from, to] = [recordSchemas().get(writer), recordSchemas().get(reader)]
  if (!from || !to) return undefined
  try {
    to.createResolver(from)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
