import type { SchemaRegistry } from '../../topology/ports/registry.ts'

/** The id of one schema, registered where it is new. */
export async function registerOne(
  registry: SchemaRegistry,
  subject: string,
  schema: string,
): Promise<number> {
  const [id] = await registry.register([{ subject, schema }])
  if (id === undefined) throw new Error(`no id for ${subject}`)
  return id
}
