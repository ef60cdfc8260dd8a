import fastJson from 'fast-json-stringify'
import { sharedSchemas } from './schemas/shared-schemas.ts'

type Serializer = (value: unknown) => string

const shared = new Map(
  sharedSchemas.map((schema) => [(schema as { readonly $id: string }).$id, schema]),
)
const made = new Map<string, Serializer>()

/**
 * Writes answers of a schema, and nothing that it does not name. Made once for all routes and servers that have the
 * same one, with the shared schemas that it leads to, when the first such answer is to be written: made for each answer
 * of each route with all of them, as fastify would, these were two thirds of a gateway's start.
 */
export function serializerOf({ schema }: { readonly schema: unknown }): Serializer {
  const key = JSON.stringify(schema)
  const known = made.get(key)
  if (known) return known
  let write: Serializer | undefined
  const serializer: Serializer = (value) => {
    write ??= fastJson(schema as fastJson.Schema, { schema: leadsTo(key) }) as Serializer
    return write(value)
  }
  made.set(key, serializer)
  return serializer
}

/** @param text of a schema */
function leadsTo(
  text: string,
  found: Record<string, fastJson.Schema> = {},
): Record<string, fastJson.Schema> {
  for (const [, id = ''] of text.matchAll(/"\$ref":"(\w+)#/g)) {
    const schema = shared.get(id)
    if (!schema || id in found) continue
    found[id] = schema as fastJson.Schema
    leadsTo(JSON.stringify(schema), found)
  }
  return found
}
