/** A record as content has it: what is null there has no field here. */
export type Present<Fields> = {
  readonly [Name in keyof Fields as null extends Fields[Name] ? never : Name]: Fields[Name]
} & {
  readonly [Name in keyof Fields as null extends Fields[Name] ? Name : never]?: NonNullable<
    Fields[Name]
  >
}

/** In Avro what is absent is null; in canonical content, as in the JSON of the API, it has no field. */
export function present<Fields extends object>(record: Fields): Present<Fields> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    if (value !== null) fields[name] = value
  }
  return fields as Present<Fields>
}
