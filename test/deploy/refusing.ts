/** The schema with every object in it closed to fields that it does not name, unless it says that it is open. */
export function refusing<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(refusing) as Schema
  if (typeof schema !== 'object' || schema === null) return schema
  const closed = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'enum' ? value : refusing(value)]),
  )
  const open =
    !isMap(closed['properties']) ||
    'additionalProperties' in closed ||
    closed['x-kubernetes-preserve-unknown-fields'] === true
  return (open ? closed : { ...closed, additionalProperties: false }) as Schema
}

/** A property may itself be called `properties`; then it is a schema and no map of them, and has a type or reference. */
const isMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((inner) => typeof inner === 'object' && inner !== null)
